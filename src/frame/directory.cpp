// Adding and dropping columns.
#include "frame/directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "error/raise.hpp"
#include "participant/life_lock.hpp"
#include "participant/order.hpp"

namespace telar::detail {
namespace {

void require_name(std::string_view name) {
  if (!name.empty() && name.size() <= column_name_bytes &&
      name.find('\0') == std::string_view::npos) {
    return;
  }
  raise(errc::bad_argument,
        "\"" + std::string(name) + "\" is no name for a column: 1 to " +
            std::to_string(column_name_bytes) + " bytes, none of them zero.");
}

[[noreturn]] void fail_lock(const segment& memory, std::uint32_t holder) {
  raise(errc::timed_out,
        memory.name() + ": process " + std::to_string(holder) +
            " has been adding or dropping a column for ten seconds; it is "
            "stopped, or has a large column to fill.  Try again later.");
}

[[noreturn]] void fail_damaged(const segment& memory) {
  raise(errc::corrupt, memory.name() +
                           ": its column directory is damaged (C1).  Its "
                           "graph can still be opened.");
}

}  // namespace

/// The directory's lock.  Whoever gets it first puts right what its last holder
/// may have left, should that have died (C1).
class directory::held {
 public:
  enum class patience { ten_seconds, none };

  explicit held(directory& of, patience how = patience::ten_seconds)
      : all_(*of.memory_.columns()) {
    const auto got = how == patience::none ? life_lock::try_acquire(all_.lock)
                                           : life_lock::acquire(all_.lock);
    mine_ = got != life_lock::state::busy;
    if (!mine_ && how == patience::none) return;
    if (!mine_) fail_lock(of.memory_, get(all_.holder));
    set(all_.holder, static_cast<std::uint32_t>(::getpid()));
    try {
      for (std::uint32_t i = 0; i < max_columns; ++i) of.put_right(i);
    } catch (...) {
      life_lock::release(all_.lock);
      throw;
    }
  }
  ~held() {
    if (mine_) life_lock::release(all_.lock);
  }
  held(const held&) = delete;

 private:
  column_directory& all_;
  bool mine_ = false;
};

directory::directory(std::shared_ptr<core> c)
    : core_(std::move(c)), memory_(core_->memory) {}

column_entry& directory::entry(std::uint32_t index) const {
  return memory_.columns()->entries[index];
}

void directory::make_if_absent() {
  word32& there = memory_.clocks().columns;
  if (there.load(std::memory_order_acquire) != 0) return;
  pthread_mutex_t& lock = memory_.clocks().attach_lock;
  if (life_lock::acquire(lock) == life_lock::state::busy) fail_lock(memory_, 0);
  try {
    if (there.load(std::memory_order_acquire) == 0) {
      // What a dead predecessor began is not published: it is done again.
      column_directory& all = memory_.commit_columns();
      life_lock::initialise(all.lock);
      all.format = column_format;
      // Release: pairs with segment::columns().
      there.store(1, std::memory_order_release);
    }
  } catch (...) {
    life_lock::release(lock);
    throw;
  }
  life_lock::release(lock);
}

column_access directory::add(
    std::string_view name, column_type type,
    const std::function<void(const column_access&)>& fill) {
  require_name(name);
  make_if_absent();
  const held lock(*this);
  if (find(name)) {
    raise(errc::exists, memory_.name() + " has a column " + std::string(name) +
                            " already.  Drop it, or choose another name.");
  }
  std::uint64_t last = 0;
  for (const column_entry& e : memory_.columns()->entries) {
    if (value_of(get(e.state)) == column_ready) {
      last = std::max(last, get(e.order));
    }
  }
  return build(name, type, last + 1, 0, fill);
}

void directory::replace(const column_access& old,
                        const std::function<void(const column_access&)>& fill) {
  const held lock(*this);
  const column_entry& e = *old.entry;
  if (get(e.state) != pack_column(old.generation, column_ready)) {
    raise(errc::not_found, memory_.name() + ": the column was dropped.");
  }
  const column_access made =
      build(name_of(e), old.type, get(e.order),
            pack_column(old.generation, old.index + 1), fill);
  finish_replacing(*made.entry);
}

/// From a free entry to a ready one.  Requires: the lock.
column_access directory::build(
    std::string_view name, column_type type, std::uint64_t order,
    std::uint64_t replaces,
    const std::function<void(const column_access&)>& fill) {
  const std::uint32_t index = take_free();
  column_entry& e = entry(index);
  const std::uint32_t generation = generation_of(get(e.state));
  e.state.store(pack_column(generation, column_building),
                std::memory_order_release);
  keep_order();
  char text[column_name_bytes] = {};
  std::memcpy(text, name.data(), name.size());
  for (unsigned i = 0; i < column_name_bytes / 8; ++i) {
    std::uint64_t word;
    std::memcpy(&word, text + 8 * i, sizeof word);
    set(e.name[i], word);
  }
  set(e.type, static_cast<std::uint32_t>(type));
  set(e.order, order);
  set(e.replaces, replaces);
  const std::uint64_t ready = pack_column(generation, column_ready);
  try {
    column_access made = access(index, ready, type);
    fill(made);
    keep_order();
    // Release: pairs with find(); whoever sees it sees its name and cells.
    e.state.store(ready, std::memory_order_release);
    // Before a column that it replaces is gone.  Pairs with unchanged().
    memory_.columns()->changes.fetch_add(1, std::memory_order_acq_rel);
    return made;
  } catch (...) {
    release(index);
    throw;
  }
}

bool directory::drop(std::string_view name) {
  if (!memory_.columns()) return false;
  const held lock(*this);
  const auto found = find(name);
  if (!found) return false;
  release(found->index);
  return true;
}

void directory::recover() {
  if (memory_.columns()) const held lock(*this, held::patience::none);
}

std::uint32_t directory::take_free() {
  for (std::uint32_t i = 0; i < max_columns; ++i) {
    if (value_of(get(entry(i).state)) == column_free) return i;
  }
  raise(errc::no_space, memory_.name() + " has " + std::to_string(max_columns) +
                            " columns, and cannot have more.  Drop some.  (One "
                            "whose memory the file system does not take back "
                            "counts, too.)");
}

/// What the last holder of the lock left, if it died.
void directory::put_right(std::uint32_t index) {
  column_entry& e = entry(index);
  const std::uint32_t phase = value_of(get(e.state));
  if (phase == column_ready) {
    finish_replacing(e);
  } else if (phase > column_dropping) {
    fail_damaged(memory_);  // No death leaves that.
  } else if (phase != column_free) {
    release(index);
  }
}

void directory::finish_replacing(column_entry& newer) {
  const std::uint64_t word = get(newer.replaces);
  if (word == 0) return;
  const std::uint32_t index = value_of(word) - 1;
  if (index >= max_columns) fail_damaged(memory_);
  const std::uint64_t state = get(entry(index).state);
  if (generation_of(state) == generation_of(word) &&
      value_of(state) != column_free) {
    release(index);
  }
  keep_order();
  set(newer.replaces, 0);
}

/// Makes an entry free, whatever was being done to it.  Killed inside, or if the
/// system does not take the memory back, whoever locks next does it again: the
/// phase stays until all is done.
void directory::release(std::uint32_t index) {
  column_entry& e = entry(index);
  const std::uint32_t now = generation_of(get(e.state));
  e.state.store(pack_column(now, column_dropping), std::memory_order_release);
  keep_order();
  // Handles are stale from here on (C3).
  const std::uint32_t next = now + 1;
  for (word64* word : {&e.cells, &e.text}) {
    word->store(pack_column(next, 0), std::memory_order_release);
  }
  e.text_end.store(std::uint64_t{next} << text_end_bits,
                   std::memory_order_release);
  keep_order();
  try {
    memory_.release_column(index);
  } catch (const std::exception&) {
    // There is no column any more, and nobody whom its memory need concern.
    return;
  }
  keep_order();
  e.state.store(pack_column(next, column_free), std::memory_order_release);
}

}  // namespace telar::detail
