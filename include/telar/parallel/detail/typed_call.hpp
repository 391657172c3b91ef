// telar/parallel/detail/typed_call.hpp: a call with its types: what runs a
// task, and what takes its input from the range.  Not part of the API.
#pragma once

#include <chrono>
#include <functional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <telar/parallel/detail/call.hpp>
#include <telar/parallel/detail/portable.hpp>

namespace telar::parallel::detail {

/// The result of a task that returns nothing.
struct nothing {};

template <typename T>
using kept =
    std::conditional_t<std::is_void_v<T>, nothing, std::remove_cvref_t<T>>;

template <typename Range>
inline constexpr bool indexable =
    std::ranges::random_access_range<Range>&& std::ranges::sized_range<Range>;

/// Runs `run(i)` for all tasks of a batch, until the call is stopped.  Tasks that
/// are as short as the look whether it is are run in lots of eight, with one look
/// each: then the compiler can treat them as it treats a plain loop.
template <typename Run>
void run_until_stopped(const batch_view& batch, const Run& run) {
  using clock = std::chrono::steady_clock;
  constexpr std::uint32_t lot = 8;
  // Copies: what a task writes could be the originals, for all the compiler
  // knows.
  const std::uint32_t count = batch.count;
  const std::atomic<std::uint32_t>& stop = *batch.stop;
  std::uint32_t i = 0;
  const auto run_to = [&](std::uint32_t end, auto size) {
    for (; i < end; i += size) {
      if (stop.load(std::memory_order_relaxed) != 0) return;  // as stopped()
      for (std::uint32_t k = 0; k < size; ++k) run(i + k);
    }
  };
  constexpr std::integral_constant<std::uint32_t, 1> single;
  if (count >= 2 * lot) {
    const auto begin = clock::now();
    run_to(lot, single);
    if (clock::now() - begin < std::chrono::microseconds(1)) {
      run_to(count - count % lot, std::integral_constant<std::uint32_t, lot>());
    }
  }
  run_to(count, single);
}

/// Runs tasks i = position … of a batch; `item(i)` is the input of the i-th.
template <typename Task, typename Items, typename... Arguments>
void run_batch(batch_view& batch, const Task& task, Items&& item,
               const Arguments&... arguments) {
  for (std::uint32_t i = batch.position; i < batch.count; ++i) {
    if (!batch.begin(i)) return;
    if constexpr (std::is_void_v<std::invoke_result_t<
                      const Task&, decltype(item(i)), const Arguments&...>>) {
      std::invoke(task, item(i), arguments...);
    } else {
      put(std::invoke(task, item(i), arguments...), batch.result(i),
          batch.local, batch.blobs);
    }
    batch.end(i);
  }
  batch.position = batch.count;
}

/// The code of a portable task, for workers that know nothing else of the call.
template <typename Task, typename Item, typename... Arguments>
struct portable_task {
  struct context {
    Task task;
    std::tuple<Arguments...> arguments;
  };

  static Task decode_task(byte_reader& bytes) {
    if constexpr (std::is_pointer_v<Task>) {
      return parallel::decode<Task>(bytes);
    } else {
      return Task();
    }
  }
  static void* begin(byte_reader& bytes) {
    // Braces: in this order.
    return new context{
        decode_task(bytes),
        std::tuple<Arguments...>{parallel::decode<Arguments>(bytes)...}};
  }
  static void run(void* what, batch_view& batch) {
    const auto& with = *static_cast<const context*>(what);
    std::apply(
        [&](const Arguments&... arguments) {
          run_batch(
              batch, with.task,
              [&](std::uint32_t i) {
                return take<Item>(batch.input(i), batch.local);
              },
              arguments...);
        },
        with.arguments);
  }
  static void end(void* what) { delete static_cast<context*>(what); }

  static constexpr portable_code code{begin, run, end};
};

/// A call.  `Sink` is where results go: `value(task, R&&)`, `fail(task,
/// failure)`, `enough()`.  References are to what the caller of the executor
/// has; the call ends before it does.
template <bool Portable, typename Task, typename Range, typename Sink,
          typename... Arguments>
class typed_call final : public call {
 public:
  using item = std::ranges::range_value_t<Range>;
  /// Portable tasks get values everywhere, so that they are the same everywhere.
  using passed =
      std::conditional_t<!Portable && indexable<Range>,
                         std::ranges::range_reference_t<Range>, item>;
  using result = std::invoke_result_t<const Task&, passed, const Arguments&...>;
  using value = kept<result>;

  typed_call(const Task& task, Range& range, Sink& sink,
             const Arguments&... arguments)
      : task_(task),
        sink_(sink),
        at_(std::ranges::begin(range)),
        end_(std::ranges::end(range)),
        arguments_(arguments...) {
    if constexpr (std::ranges::sized_range<Range>) {
      total = static_cast<std::uint64_t>(std::ranges::size(range));
    }
    indexed = indexable<Range>;
    input_travels = transportable<item>;
    result_travels = transportable<value>;
    plain = std::is_trivially_copyable_v<item> &&
            std::is_trivially_copyable_v<value>;
    result_type = typeid(value).name();
    in_bytes = cell_bytes<item>;
    out_bytes = cell_bytes<value>;
  }

  bool pull(const batch_view& batch, std::uint32_t most, std::uint32_t& count,
            blob_store& blobs) override {
    constexpr bool can_take =
        std::is_constructible_v<item, std::ranges::range_reference_t<Range>>;
    static_assert(can_take || indexable<Range>,
                  "telar: items that cannot be copied need a range with "
                  "random access and a size");
    for (; count < most; ++count) {
      // An input is taken from its range when it is asked for, and no sooner:
      // the iterator moves on only then.
      if (pulled_) {
        ++at_;
        pulled_ = false;
      }
      if (at_ == end_) return false;
      if constexpr (can_take) {
        put(item(*at_), batch.input(count), batch.local, &blobs);
      }
      pulled_ = true;
    }
    return true;
  }
  void collect(const batch_view& batch, std::uint32_t i) override {
    sink_.value(batch.first + i, take<value>(batch.result(i), batch.local));
  }
  bool collect_all(const batch_view& batch) override {
    if constexpr (Sink::by_number) {
      sink_.values(batch.first, batch.count, [&](std::uint32_t i) {
        return take<value>(batch.result(i), batch.local);
      });
    }
    return Sink::by_number;
  }
  void fail(std::uint64_t task, task_failure failure) override {
    sink_.fail(task, std::move(failure));
  }
  void drop_input(const std::byte* cell, bool local) override {
    drop<item>(cell, local);
  }
  void drop_value(const std::byte* cell, bool local) override {
    drop<value>(cell, local);
  }
  [[nodiscard]] bool enough() const override { return sink_.enough(); }

  void run(batch_view& batch) override {
    std::apply(
        [&](const Arguments&... arguments) {
          if (batch.in == nullptr) {
            run_indexed(batch, arguments...);
          } else if constexpr (Portable || !indexable<Range>) {
            run_batch(
                batch, task_,
                [&](std::uint32_t i) {
                  return take<item>(batch.input(i), batch.local);
                },
                arguments...);
          }
        },
        arguments_);
  }
  bool make_places() override {
    if constexpr (by_number) sink_.make_places(*total);
    return by_number;
  }
  void run_by_number(batch_view& batch) override {
    if constexpr (by_number) {
      std::apply(
          [&](const Arguments&... arguments) {
            put_by_number(batch, arguments...);
          },
          arguments_);
    }
  }
  [[nodiscard]] const portable_code* code() const override {
    if constexpr (Portable) {
      return &portable_task<Task, item, Arguments...>::code;
    } else {
      return nullptr;
    }
  }
  void encode_arguments(byte_writer& to) const override {
    if constexpr (Portable) {
      if constexpr (std::is_pointer_v<Task>) parallel::encode(task_, to);
      std::apply(
          [&](const Arguments&... each) { (parallel::encode(each, to), ...); },
          arguments_);
    }
  }

 private:
  static constexpr bool by_number = indexable<Range> && Sink::by_number;

  template <typename... Each>
  void put_by_number(batch_view& batch, const Each&... arguments) {
    using step = std::ranges::range_difference_t<Range>;
    const auto from = at_ + static_cast<step>(batch.first);
    const auto into = sink_.place(batch.first);
    run_until_stopped(batch, [&](std::uint32_t i) {
      batch.position = i;
      if constexpr (std::is_same_v<decltype(into), const std::nullptr_t>) {
        std::invoke(task_, static_cast<passed>(from[static_cast<step>(i)]),
                    arguments...);
      } else {
        into[i] =
            std::invoke(task_, static_cast<passed>(from[static_cast<step>(i)]),
                        arguments...);
      }
    });
  }
  template <typename... Each>
  void run_indexed(batch_view& batch, const Each&... arguments) {
    if constexpr (indexable<Range>) {
      using step = std::ranges::range_difference_t<Range>;
      const auto from = at_ + static_cast<step>(batch.first);
      run_batch(
          batch, task_,
          [&](std::uint32_t i) -> passed { return from[static_cast<step>(i)]; },
          arguments...);
    }
  }

  const Task& task_;
  Sink& sink_;
  std::ranges::iterator_t<Range> at_;  ///< Moves only when inputs are pulled.
  std::ranges::sentinel_t<Range> end_;
  bool pulled_ = false;
  std::tuple<const Arguments&...> arguments_;
};

}  // namespace telar::parallel::detail
