// telar/parallel/executor.hpp: the two executors.
#pragma once

#include <functional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <telar/parallel/detail/engine.hpp>
#include <telar/parallel/detail/sinks.hpp>
#include <telar/parallel/detail/typed_call.hpp>
#include <telar/parallel/options.hpp>
#include <telar/parallel/outcome.hpp>

namespace telar::parallel {

/// Runs a task for each item of a range, on workers that are used call after
/// call.
///
/// A task is called as `task(item, arguments...)`; the arguments are those at
/// the end of the call.  An executor of `executor` takes any callable; inputs
/// may be changed in place where memory is shared (sequential, threads) and the
/// range has random access.  One of `worker_pool` takes only tasks that capture
/// nothing, with values for inputs, arguments and results: what else is refused
/// by the compiler, with a sentence.
///
/// All calls: throw `task_error` for the task that threw or timed out (the
/// first in the input of those known), `worker_error` for a worker process that
/// died; either ends the call, no task begins after it (but up to seven, on
/// `threads`, of tasks of some nanoseconds), and the next call works.  `busy`
/// when a call is on already.  What the range or a callback throws ends the call
/// likewise.  A call inside a task, of any executor, runs there, one task after
/// another.
///
/// Concurrency: exclusive; two executors at a time are fine.
template <bool Portable>
class basic_executor {
 public:
  /// Starts the workers, where they last.  Throws `bad_argument`, `no_space`,
  /// `system`.
  explicit basic_executor(options how = {})
      : engine_(std::move(how), Portable ? backend::workers : backend::threads,
                Portable) {}

  [[nodiscard]] parallel::backend backend() const noexcept {
    return engine_.backend();
  }
  [[nodiscard]] unsigned workers() const noexcept { return engine_.workers(); }
  /// Ids of the worker processes that are running; empty for threads.
  [[nodiscard]] std::vector<pid_t> processes() const {
    return engine_.processes();
  }

  /// The results, in the order of the inputs.
  template <typename Task, std::ranges::input_range Range,
            typename... Arguments>
  auto map(const Task& task, Range&& range, const Arguments&... arguments) {
    check<Task, Range, Arguments...>();
    using result = result_of<Task, Range, Arguments...>;
    static_assert(!std::is_void_v<result>,
                  "telar: the task returns nothing: use for_each");
    detail::ordered_sink<result> sink;
    run(false, false, task, range, sink, arguments...);
    return sink.take();
  }

  template <typename Task, std::ranges::input_range Range,
            typename... Arguments>
  void for_each(const Task& task, Range&& range,
                const Arguments&... arguments) {
    check<Task, Range, Arguments...>();
    detail::no_sink sink;
    run(false, false, task, range, sink, arguments...);
  }

  /// How each task ended, in the order of the inputs: a task that fails does
  /// not end the call, and a worker that dies is replaced.
  template <typename Task, std::ranges::input_range Range,
            typename... Arguments>
  auto map_outcomes(const Task& task, Range&& range,
                    const Arguments&... arguments) {
    const auto never = [](const auto&...) { return false; };
    return outcomes_of(false, never, task, range, arguments...);
  }

  /// As `map_outcomes`, until `stop(result)` says so of a result: then no task
  /// begins any more, and those that were not begun are `cancelled`.  With a
  /// range that does not say its size, only inputs that were taken from it have
  /// an outcome.
  template <typename Stop, typename Task, std::ranges::input_range Range,
            typename... Arguments>
  auto map_until(const Stop& stop, const Task& task, Range&& range,
                 const Arguments&... arguments) {
    return outcomes_of(true, stop, task, range, arguments...);
  }

  /// Calls `visit(index, result)` (`visit(index)`, if the task returns nothing)
  /// in the caller's thread for each result as it comes, in any order.
  template <typename Visit, typename Task, std::ranges::input_range Range,
            typename... Arguments>
  void map_unordered(const Visit& visit, const Task& task, Range&& range,
                     const Arguments&... arguments) {
    check<Task, Range, Arguments...>();
    detail::visit_sink<Visit> sink{visit};
    run(true, false, task, range, sink, arguments...);
  }

 private:
  template <typename Stop, typename Task, typename Range, typename... Arguments>
  auto outcomes_of(bool prompt, const Stop& stop, const Task& task,
                   Range& range, const Arguments&... arguments) {
    check<Task, Range, Arguments...>();
    using result = result_of<Task, Range, Arguments...>;
    detail::outcome_sink<result, Stop> sink(stop);
    const std::uint64_t count =
        run(prompt, true, task, range, sink, arguments...);
    return sink.take(count);
  }

  template <typename Task, typename Range, typename... Arguments>
  static constexpr void check() {
    if constexpr (Portable) {
      detail::require_portable<
          std::decay_t<Task>,
          std::ranges::range_value_t<std::remove_reference_t<Range>>,
          Arguments...>();
    }
  }

  template <typename Task, typename Range, typename... Arguments>
  using result_of =
      typename detail::typed_call<Portable, std::decay_t<Task>,
                                  std::remove_reference_t<Range>,
                                  detail::no_sink, Arguments...>::result;

  template <typename Task, typename Range, typename Sink, typename... Arguments>
  std::uint64_t run(bool prompt, bool partial, const Task& task, Range& range,
                    Sink& sink, const Arguments&... arguments) {
    using code = std::decay_t<Task>;
    using typed = detail::typed_call<Portable, code, Range, Sink, Arguments...>;
    if constexpr (Portable) {
      detail::require_value<typename typed::value>();
      static_assert(!std::is_reference_v<typename typed::result>,
                    "telar: a task of a worker_pool returns a value, not a "
                    "reference to memory of the worker.");
    }
    const code& decayed = task;
    typed call(decayed, range, sink, arguments...);
    call.prompt = prompt;
    call.partial = partial;
    engine_.run(call);
    return call.total.value_or(call.taken);
  }

  detail::engine engine_;
};

/// Sequential, threads (unless said otherwise) or processes; any callable.
using executor = basic_executor<false>;

/// Worker processes, forked when the pool is made and used call after call.
/// They know only code, and memory, that was there then.  With another backend
/// in its options the same tasks run there.
using worker_pool = basic_executor<true>;

}  // namespace telar::parallel
