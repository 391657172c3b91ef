// parallel/board.hpp: the memory through which a caller and its workers hand
// tasks and results to each other.
//
// Mapped before the workers are forked, at one address in all of them, so it
// holds plain pointers; for threads it is private memory.  It is sparse: what
// is not used takes no memory.
//
// Who owns a batch is one word, its `state`, at every instant, so that the
// caller can tell what a worker held that died at any instruction:
//
//   free    the caller may fill it
//   ready   whoever exchanges it for `taken` by itself runs it; `queue` says
//           where to look, and is no more than a hint
//   taken   worker `state >> 8` runs it, until the caller meets it on the list
//           of done batches, or meets the worker dead
//
// A batch of several grains has in `left` what of it nobody has begun: its worker
// takes a grain from the front, and the caller takes back half from the end when
// another worker has nothing to do.  Who takes what is decided by one exchange.
//
// Of a taken batch, `begun` counts the tasks begun and each status byte says
// whether its task is finished.  A task that is begun and not finished when its
// worker is dead is lost; those after it are handed out again.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telar/parallel/detail/call.hpp>

namespace telar::parallel::detail {

inline constexpr std::uint32_t max_batches = 4096;
inline constexpr std::uint32_t queue_entries = 2 * max_batches;
inline constexpr unsigned max_workers = 1024;
/// Who takes back batches that nobody is to run any more.
inline constexpr unsigned caller_itself = max_workers;

/// What `board_state::hungry` says.
inline constexpr std::uint32_t nobody_asks = 0;
inline constexpr std::uint32_t nobody_hungry = 1;
inline constexpr std::uint32_t somebody_hungry = 2;

inline constexpr std::uint32_t batch_free = 0;
inline constexpr std::uint32_t batch_ready = 1;
inline constexpr std::uint32_t batch_taken = 2;
constexpr std::uint32_t taken_by(unsigned worker) {
  return worker << 8 | batch_taken;
}

/// The caller writes what is not atomic while the batch is free; `blob_end` and
/// `whole` are its worker's.
struct alignas(64) batch_cell {
  std::atomic<std::uint32_t> state;
  std::atomic<std::uint32_t> begun;
  std::atomic<std::uint32_t> next_done;  ///< Index + 1 of the next on the list.
  std::uint32_t count;  ///< Less what the caller took back, once it is done.
  std::uint32_t from;   ///< Tasks before it are collected already.
  std::uint32_t input;  ///< Which half of the inputs' memory it uses.
  std::uint64_t first;
  std::uint64_t blob_end;
  std::uint32_t whole;              ///< 1: all its tasks have values.
  std::atomic<std::uint64_t> left;  ///< {next : 32, end : 32}, if it is split.
};

/// Tasks of a batch that nobody has begun, as `left` has them.
struct left_of_batch {
  std::uint32_t next = 0;
  std::uint32_t end = 0;

  static left_of_batch of(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32),
            static_cast<std::uint32_t>(word)};
  }
  [[nodiscard]] std::uint64_t word() const {
    return std::uint64_t{next} << 32 | end;
  }
  [[nodiscard]] std::uint32_t size() const { return end - next; }
};

/// A worker's own place.
struct alignas(64) worker_place {
  /// When its task began, by now(); 0: it runs none.  Kept only if there is a
  /// time limit.
  std::atomic<std::uint64_t> started;
  std::atomic<std::uint64_t> stored;  ///< Bytes of its blobs, ever.  Its own.
  std::atomic<std::uint64_t>
      released;                     ///< … that were collected.  The caller's.
  std::atomic<std::uint64_t> base;  ///< Nothing before it waits.  Its own.
  std::byte* blobs;
  std::uint64_t blob_bytes;
  std::atomic<std::uint32_t> said_size;
  char said[200];  ///< Why its start hook failed.
};

/// What workers need to know of the call.  Written by the caller while no batch
/// is ready or taken.
struct call_state {
  std::uint64_t sequence;  ///< Number of the call.
  call* here;              ///< The call itself, if the worker sees it …
  portable_code code;      ///< … or else how to run it …
  blob arguments;          ///< … and with what.
  std::byte* items;
  std::size_t batch_bytes;
  std::size_t in_stride;  ///< 0: tasks find their input by number.
  std::size_t out_stride;
  std::uint32_t grain;  ///< The most tasks of a batch.
  std::uint32_t step;   ///< Tasks to take at a time from `left`; 0: all.
  bool limited;
  bool fail_fast;
};

struct board_state {
  /// Moves when there is something to do: idle workers sleep on it.
  alignas(64) std::atomic<std::uint32_t> bell;
  std::atomic<std::uint32_t> quit;
  std::atomic<std::uint32_t> stop;  ///< Nothing may begin any more.
  std::atomic<std::uint64_t> tail;  ///< Batches queued, ever.
  /// 1 << 32 | n: the caller sleeps until n batches are done.  0: it does not.
  std::atomic<std::uint64_t> wake_at;
  std::atomic<std::uint32_t> rung;
  /// Whether a worker has nothing to do, and the caller wants to know.
  std::atomic<std::uint32_t> hungry;
  alignas(64) call_state call;
  alignas(64) std::atomic<std::uint64_t> next;  ///< Where to look for work.
  /// {how many batches are done : 32, index + 1 of the last on the list : 32}.
  alignas(64) std::atomic<std::uint64_t> done;
};

class board {
 public:
  /// `shared`: with the processes forked from now on.  Throws `no_space`.
  board(bool shared, unsigned workers);
  ~board();
  board(const board&) = delete;
  board& operator=(const board&) = delete;

  [[nodiscard]] bool shared() const noexcept { return file_ >= 0; }
  [[nodiscard]] board_state& state() const noexcept { return *state_; }
  [[nodiscard]] batch_cell& cell(std::uint32_t i) const { return cells_[i]; }
  [[nodiscard]] std::uint32_t index_of(const batch_cell& cell) const {
    return static_cast<std::uint32_t>(&cell - cells_);
  }
  [[nodiscard]] worker_place& place(unsigned worker) const {
    return places_[worker];
  }
  [[nodiscard]] batch_view view(batch_cell& cell) const;
  /// The descriptor that `ring` writes to; -1: `rung` is slept on.
  [[nodiscard]] int bell_file() const noexcept { return bell_; }

  // ---- The caller's side

  /// Prepares for a call: `state().call` is written by the caller of this.
  void begin_call();
  /// Gives memory back that a call used much of; it filled `batches` of them,
  /// and stored so many bytes of encoded inputs.
  void end_call(std::uint32_t batches, std::uint64_t input_bytes);
  /// Queues a batch that has been filled; `announce` lets workers see it.
  void queue(batch_cell& cell);
  void announce();
  void wake_workers();
  /// The batches done since, in the order in which they were.
  void drain(std::vector<std::uint32_t>& into);

  struct region {
    std::byte* begin = nullptr;
    std::uint64_t size = 0;
  };
  [[nodiscard]] region items() const noexcept { return items_; }
  [[nodiscard]] region inputs() const noexcept { return inputs_; }
  [[nodiscard]] region arguments() const noexcept { return arguments_; }
  /// Takes memory of the system for a large blob before it is written, so that
  /// there is an error where there is none.
  void commit(const std::byte* begin, std::uint64_t size) const;

  // ---- The workers' side

  /// Takes a batch, or null.  `tail` is what the worker last saw of the queue's.
  batch_cell* claim(unsigned worker, std::uint64_t& tail,
                    bool even_if_stopped = false);
  void complete(batch_cell& cell);
  /// Has the view name the next grain of the batch; false: none is left.
  bool take_grain(batch_cell& cell, batch_view& view) const;
  /// Asks the caller for a part of what another worker has.
  void ask_for_more();
  /// Wakes the caller, if it sleeps.
  void ring();

 private:
  void map(bool shared);
  void divide(unsigned workers);
  void forget(region bytes) const;

  std::byte* memory_ = nullptr;
  std::uint64_t size_ = 0;
  int file_ = -1;
  int bell_ = -1;
  unsigned workers_;
  board_state* state_ = nullptr;
  std::atomic<std::uint32_t>* queue_ = nullptr;
  batch_cell* cells_ = nullptr;
  worker_place* places_ = nullptr;
  region items_, inputs_, arguments_, results_;
  std::uint64_t queued_ = 0;  ///< Batches queued, ever, announced or not.
};

// Here, since it is called four times a batch, each of which needs a part of it.
inline batch_view board::view(batch_cell& cell) const {
  const call_state& call = state_->call;
  batch_view view;
  view.first = cell.first;
  view.count = cell.count;
  view.position = cell.from;
  std::byte* const begin = call.items + index_of(cell) * call.batch_bytes;
  view.in = call.in_stride != 0 ? begin : nullptr;
  view.in_stride = call.in_stride;
  view.out = begin + call.grain * call.in_stride;
  view.out_stride = call.out_stride;
  view.status = reinterpret_cast<std::atomic<std::uint8_t>*>(
      view.out + call.grain * call.out_stride);
  view.begun = &cell.begun;
  view.stop = &state_->stop;
  view.local = !shared();
  view.limited = call.limited;
  return view;
}

}  // namespace telar::parallel::detail
