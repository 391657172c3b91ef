// Finding columns, which takes no lock: a name is read, and believed if the
// entry was in the same state before and afterwards.
#include <cstring>
#include <map>

#include "error/raise.hpp"
#include "frame/directory.hpp"
#include "participant/order.hpp"

namespace telar::detail {

std::string name_of(const column_entry& entry) {
  char text[column_name_bytes];
  for (unsigned i = 0; i < column_name_bytes / 8; ++i) {
    const std::uint64_t word = get(entry.name[i]);
    std::memcpy(text + 8 * i, &word, sizeof word);
  }
  return {text, ::strnlen(text, sizeof text)};
}

bool is_column_type(std::uint32_t type) {
  return type >= static_cast<std::uint32_t>(column_type::i8) &&
         type <= static_cast<std::uint32_t>(column_type::string);
}

namespace {

struct seen_column {
  column_info info;
  std::uint64_t order;
  std::uint64_t state;
};

/// What an entry says, if it is ready.
std::optional<seen_column> look(const segment& memory,
                                const column_entry& entry) {
  // Acquire: pairs with the release in add().
  const std::uint64_t state = entry.state.load(std::memory_order_acquire);
  if (value_of(state) != column_ready) return std::nullopt;
  const std::uint32_t type = get(entry.type);
  const std::uint64_t order = get(entry.order);
  std::string name = name_of(entry);
  // As in a sequence lock: the loads above happen before this one.
  std::atomic_thread_fence(std::memory_order_acquire);
  if (get(entry.state) != state) return std::nullopt;
  if (!is_column_type(type) || name.empty()) {
    raise(errc::corrupt,
          memory.name() + ": its column directory is damaged (C2).");
  }
  return seen_column{
      {std::move(name), static_cast<column_type>(type)}, order, state};
}

/// What `look` finds, unless columns were added meanwhile: one may have been
/// replaced in a place that was passed already.  Bounded, since others may add
/// columns for ever.
template <typename Look>
auto unchanged(const column_directory& all, const Look& look_through) {
  constexpr int tries = 1000;
  for (int i = 1;; ++i) {
    const std::uint64_t before = all.changes.load(std::memory_order_acquire);
    auto found = look_through();
    std::atomic_thread_fence(std::memory_order_acquire);
    if (i == tries || get(all.changes) == before) return found;
  }
}

}  // namespace

std::vector<column_info> directory::list() const {
  if (!memory_.columns()) return {};
  const auto found = unchanged(*memory_.columns(), [&] {
    std::map<std::uint64_t, column_info> ranked;
    for (const column_entry& e : memory_.columns()->entries) {
      // Of two that have the same rank one replaces the other.
      if (auto seen = look(memory_, e)) ranked[seen->order] = seen->info;
    }
    return ranked;
  });
  std::vector<column_info> in_order;
  for (const auto& [order, info] : found) in_order.push_back(info);
  return in_order;
}

std::optional<column_access> directory::find(std::string_view name) const {
  if (!memory_.columns()) return std::nullopt;
  struct place {
    std::uint32_t index;
    seen_column seen;
  };
  const auto found = unchanged(*memory_.columns(), [&] {
    std::optional<place> there;
    for (std::uint32_t i = 0; i < max_columns && !there; ++i) {
      auto seen = look(memory_, entry(i));
      if (seen && seen->info.name == name) there = place{i, *std::move(seen)};
    }
    return there;
  });
  if (!found) return std::nullopt;
  return access(found->index, found->seen.state, found->seen.info.type);
}

column_access directory::at(std::string_view name) const {
  if (auto found = find(name)) return *std::move(found);
  std::string names;
  for (const column_info& one : list()) {
    names += (names.empty() ? "" : ", ") + one.name;
  }
  raise(errc::not_found,
        memory_.name() + " has no column " + std::string(name) +
            (names.empty() ? ": it has none." : ": it has " + names + "."));
}

column_access directory::access(std::uint32_t index, std::uint64_t state,
                                column_type type) const {
  column_access made;
  made.keep = core_;
  made.entry = &entry(index);
  made.row_count = &memory_.clocks().vertex_count;
  made.cells = memory_.cells(index);
  made.generation = generation_of(state);
  made.index = index;
  made.type = type;
  made.rows_a_page = 12 - log_width(made.type);
  made.most_rows = memory_.geometry().cells_bytes >> log_width(made.type);
  return made;
}

void directory::commit(std::uint64_t rows) const {
  if (!memory_.columns()) return;
  for (std::uint32_t i = 0; i < max_columns; ++i) {
    const auto seen = look(memory_, entry(i));
    if (!seen) continue;
    const unsigned a_page = 12 - log_width(seen->info.type);
    memory_.grow_cells(i, generation_of(seen->state),
                       (rows + (1u << a_page) - 1) >> a_page);
  }
}

}  // namespace telar::detail
