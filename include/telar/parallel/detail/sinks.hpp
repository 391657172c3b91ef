// telar/parallel/detail/sinks.hpp: where the results of a call go.  Not part of
// the API.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <telar/parallel/detail/typed_call.hpp>
#include <telar/parallel/outcome.hpp>

namespace telar::parallel::detail {

struct no_sink {
  /// Results can be put by number, by many workers at once.
  static constexpr bool by_number = true;
  void make_places(std::uint64_t) {}
  static std::nullptr_t place(std::uint64_t) { return nullptr; }
  template <typename Take>
  void values(std::uint64_t, std::uint32_t, const Take&) {}

  template <typename T>
  void value(std::uint64_t, T&&) {}
  void fail(std::uint64_t, task_failure) {}
  [[nodiscard]] bool enough() const { return false; }
};

/// A vector in the order of the inputs.
template <typename Result>
class ordered_sink : public no_sink {
 public:
  using result = kept<Result>;
  static constexpr bool plain = std::is_default_constructible_v<result> &&
                                std::is_trivially_copyable_v<result>;
  using cell = std::conditional_t<plain, result, std::optional<result>>;
  /// (The cells of a vector<bool> share words.)
  static constexpr bool by_number = plain && !std::is_same_v<result, bool>;

  void make_places(std::uint64_t count) { places_.resize(count); }
  result* place(std::uint64_t task) { return places_.data() + task; }
  template <typename Take>
  void values(std::uint64_t first, std::uint32_t count, const Take& take) {
    if (first + count > places_.size()) places_.resize(first + count);
    for (std::uint32_t i = 0; i < count; ++i) places_[first + i] = take(i);
  }
  void value(std::uint64_t task, result&& value) {
    if (task >= places_.size()) {
      if (task >= places_.capacity()) places_.reserve(2 * task + 16);
      places_.resize(task + 1);
    }
    places_[task] = std::move(value);
  }
  [[nodiscard]] std::vector<result> take() {
    if constexpr (plain) {
      return std::move(places_);
    } else {
      std::vector<result> all;
      all.reserve(places_.size());
      for (cell& each : places_) all.push_back(std::move(*each));
      return all;
    }
  }

 private:
  std::vector<cell> places_;
};

/// A vector of outcomes, and a look at each value.
template <typename Result, typename Stop>
class outcome_sink {
 public:
  static constexpr bool by_number = false;
  using outcome_type =
      outcome<std::conditional_t<std::is_void_v<Result>, void, kept<Result>>>;

  explicit outcome_sink(const Stop& stop) : stop_(stop) {}

  void value(std::uint64_t task, kept<Result>&& value) {
    outcome_type& at = place(task);
    at.status = task_status::value;
    if constexpr (std::is_void_v<Result>) {
      enough_ = enough_ || stop_();
    } else {
      at.value.emplace(std::move(value));
      enough_ = enough_ || stop_(*at.value);
    }
  }
  void fail(std::uint64_t task, task_failure failure) {
    outcome_type& at = place(task);
    at.status = failure.status;
    at.failure = std::move(failure);
  }
  [[nodiscard]] bool enough() const { return enough_; }
  [[nodiscard]] std::vector<outcome_type> take(std::uint64_t count) {
    outcomes_.resize(count);
    return std::move(outcomes_);
  }

 private:
  outcome_type& place(std::uint64_t task) {
    if (task >= outcomes_.size()) outcomes_.resize(task + 1);
    return outcomes_[task];
  }

  const Stop& stop_;
  bool enough_ = false;
  std::vector<outcome_type> outcomes_;
};

template <typename Visit>
struct visit_sink : no_sink {
  static constexpr bool by_number = false;
  explicit visit_sink(const Visit& what) : visit(what) {}

  template <typename T>
  void value(std::uint64_t task, T&& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<T>, nothing>) {
      visit(task);
    } else {
      visit(task, std::forward<T>(value));
    }
  }

  const Visit& visit;
};

}  // namespace telar::parallel::detail
