// Reading, assigning and comparing columns of whatever type.
#include <telar/frame/column_ref.hpp>

#include <utility>

#include "error/raise.hpp"
#include "frame/cells.hpp"
#include "frame/directory.hpp"

namespace telar {
namespace {

using detail::comparison;

/// How a cell is to a value; the last: NaN is neither.
enum order : unsigned { less, equal, greater, unordered };

template <typename A, typename B>
order order_by(const A& a, const B& b) {
  return a < b ? less : a == b ? equal : a > b ? greater : unordered;
}

/// Numbers as numbers: long double holds every 64-bit integer and every double.
template <typename A, typename B>
order order_of(const A& a, const B& b) {
  if constexpr (std::is_same_v<A, B>) {
    return order_by(a, b);
  } else if constexpr (std::is_same_v<A, bool> || std::is_same_v<B, bool>) {
    return order_of(
        static_cast<std::conditional_t<std::is_same_v<A, bool>, unsigned, A>>(
            a),
        static_cast<std::conditional_t<std::is_same_v<B, bool>, unsigned, B>>(
            b));
  } else if constexpr (std::is_integral_v<A> && std::is_integral_v<B>) {
    return std::cmp_less(a, b) ? less : std::cmp_equal(a, b) ? equal : greater;
  } else {
    return order_by(static_cast<long double>(a), static_cast<long double>(b));
  }
}

bool accepts(comparison how, order found) {
  switch (how) {
    case comparison::less:
      return found == less;
    case comparison::less_equal:
      return found == less || found == equal;
    case comparison::equal:
      return found == equal;
    case comparison::unequal:
      return found != equal;
    case comparison::greater_equal:
      return found == greater || found == equal;
    case comparison::greater:
      return found == greater;
  }
  return false;
}

[[noreturn]] void fail_compare(column_type type, const cell_value& value) {
  detail::raise(errc::bad_argument,
                "a column of " + std::string(to_string(type)) +
                    " cannot be compared with " + detail::text_of(value) + ".");
}

template <typename T, typename V>
void compare_all(const column<T>& cells, comparison how, const V& value,
                 mask& marked) {
  bool accepted[4];
  for (const order one : {less, equal, greater, unordered}) {
    accepted[one] = accepts(how, one);
  }
  detail::for_each_cell(cells, marked.size(),
                        [&](std::uint64_t row, const auto& cell) {
                          marked.set(row, accepted[order_of(cell, value)]);
                        });
}

}  // namespace

std::string column_ref::name() const {
  std::string name = detail::name_of(*at_.entry);
  // As in a sequence lock: the name was read before this.
  std::atomic_thread_fence(std::memory_order_acquire);
  const std::uint64_t word = at_.entry->cells.load(std::memory_order_relaxed);
  if (detail::generation_of(word) != at_.generation) at_.fail_dropped();
  return name;
}

cell_value column_ref::get(std::uint64_t row) const {
  return detail::with_column(at_, [&]<typename T>(const column<T>& cells) {
    if constexpr (std::is_same_v<T, std::string>) {
      return cell_value(std::string(cells.load(row)));
    } else {
      return detail::cell_of(cells.load(row));
    }
  });
}

void column_ref::put(std::uint64_t row, const cell_value& value) const {
  detail::store_range(at_, row, row + 1, value);
}

mask column_ref::compare(comparison how, const cell_value& value) const {
  mask marked(rows());
  detail::with_column(at_, [&]<typename T>(const column<T>& cells) {
    std::visit(
        [&](const auto& than) {
          using V = std::remove_cvref_t<decltype(than)>;
          if constexpr (std::is_same_v<T, std::string> !=
                        std::is_same_v<V, std::string>) {
            fail_compare(type(), value);
          } else if constexpr (std::is_same_v<V, std::string>) {
            compare_all(cells, how, std::string_view(than), marked);
          } else {
            compare_all(cells, how, than, marked);
          }
        },
        value);
  });
  return marked;
}

void marked_cells::assign(const cell_value& value) const {
  detail::with_column(at_, [&]<typename T>(const column<T>& cells) {
    const T stored = detail::value_as<T>(value);
    if (rows_.size() > cells.rows()) {
      detail::raise(errc::bad_argument,
                    "the mask has more rows than the table it is used for: " +
                        std::to_string(rows_.size()) + ".");
    }
    for (std::uint64_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i]) cells.store(i, stored);
    }
  });
}

std::uint64_t mask::count() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint8_t marked : marks_) sum += marked;
  return sum;
}

std::vector<std::uint64_t> mask::rows() const {
  std::vector<std::uint64_t> all;
  all.reserve(count());
  for (std::uint64_t i = 0; i < size(); ++i) {
    if (marks_[i]) all.push_back(i);
  }
  return all;
}

mask&& mask::combine(const mask& other, operation how) {
  if (size() != other.size()) {
    detail::raise(errc::bad_argument, "masks of " + std::to_string(size()) +
                                          " and " +
                                          std::to_string(other.size()) +
                                          " rows cannot be combined.");
  }
  for (std::uint64_t i = 0; i < size(); ++i) {
    std::uint8_t& mine = marks_[i];
    const std::uint8_t theirs = other.marks_[i];
    mine = static_cast<std::uint8_t>(how == and_  ? mine & theirs
                                     : how == or_ ? mine | theirs
                                                  : mine ^ theirs);
  }
  return std::move(*this);
}

}  // namespace telar
