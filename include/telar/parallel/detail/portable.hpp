// telar/parallel/detail/portable.hpp: what can reach a worker that was forked
// before the call: refused at compile time, with a sentence, if it cannot.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <telar/parallel/codec.hpp>

namespace telar {
class graph;
}

namespace telar::parallel::detail {

/// Whether a value of this type is, or holds, an address of the process that
/// made it.  (What a struct of the program's own holds cannot be seen.)
template <typename T>
inline constexpr bool holds_address =
    std::is_pointer_v<T> || std::is_member_pointer_v<T> ||
    std::is_reference_v<T> || std::is_null_pointer_v<T> ||
    std::ranges::borrowed_range<T>;
template <typename T>
inline constexpr bool holds_address<std::reference_wrapper<T>> = true;
template <typename T>
inline constexpr bool holds_address<std::vector<T>> = holds_address<T>;
template <typename T>
inline constexpr bool holds_address<std::optional<T>> = holds_address<T>;
template <typename T, std::size_t Size>
inline constexpr bool holds_address<std::array<T, Size>> = holds_address<T>;
template <typename... Ts>
inline constexpr bool holds_address<std::tuple<Ts...>> = (holds_address<Ts> ||
                                                          ...);
template <typename... Ts>
inline constexpr bool holds_address<std::variant<Ts...>> = (holds_address<Ts> ||
                                                            ...);
template <typename First, typename Second>
inline constexpr bool holds_address<std::pair<First, Second>> =
    holds_address<First> || holds_address<Second>;

template <typename Task>
inline constexpr bool is_code_only =
    (std::is_pointer_v<Task> &&
     std::is_function_v<std::remove_pointer_t<Task>>) ||
    (std::is_class_v<Task> && std::is_empty_v<Task> &&
     std::is_default_constructible_v<Task>);

template <typename T>
constexpr void require_value() {
  static_assert(
      !std::is_same_v<T, graph>,
      "telar: a graph is the handle of one process. Pass a telar::graph_ref "
      "to a worker_pool: it opens by itself in the worker.");
  static_assert(
      !holds_address<T>,
      "telar: a pointer, reference or view means nothing in a worker, which "
      "has its own memory. Pass the value itself (std::string instead of "
      "std::string_view, std::vector instead of std::span), or use an executor "
      "with backend threads or processes.");
  static_assert(
      std::is_same_v<T, graph> || holds_address<T> ||
          (std::is_copy_constructible_v<T> && transportable<T>),
      "telar: only values that can be copied as bytes travel to a worker, not "
      "handles (a file, a lock, a smart pointer). Pass what the worker needs "
      "to make its own, give the type a telar::parallel::codec, or include "
      "<telar/parallel/boost_serialization.hpp>.");
}

template <typename Task>
constexpr void require_code_only() {
  static_assert(
      is_code_only<Task>,
      "telar: a task of a worker_pool captures nothing, since the workers were "
      "forked before it was made. Pass what it needs as further arguments of "
      "the call (a graph as a telar::graph_ref), or use an executor with "
      "backend threads or processes, which take any callable.");
}

template <typename Task, typename... Arguments>
constexpr void require_by_value() {
  static_assert(
      !is_code_only<Task> || std::is_invocable_v<const Task&, Arguments...>,
      "telar: a task of a worker_pool takes an item of the range and then the "
      "further arguments of the call, by value or as const references: what it "
      "changed would be the worker's own copy.");
}

/// Checks a call of a worker_pool.
template <typename Task, typename Item, typename... Arguments>
constexpr void require_portable() {
  require_code_only<Task>();
  require_value<Item>();
  (require_value<Arguments>(), ...);
  require_by_value<Task, Item, const Arguments&...>();
}

}  // namespace telar::parallel::detail
