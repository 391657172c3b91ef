// Mapping the board, and the hand-over of batches.
#include "parallel/board.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "error/raise.hpp"
#include "parallel/futex.hpp"
#include "segment/beyond_standard.hpp"

namespace telar::parallel::detail {
namespace {

using telar::detail::raise;
using telar::detail::raise_system;

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t most_shared = std::uint64_t{64} << 30;
constexpr std::uint64_t most_private = std::uint64_t{4} << 30;
constexpr std::uint64_t least = std::uint64_t{16} << 20;
/// What a call may leave committed for the next one.
constexpr std::uint64_t keep_bytes = std::uint64_t{32} << 20;
constexpr std::uint64_t large_blob = std::uint64_t{1} << 20;

constexpr std::uint64_t armed = std::uint64_t{1} << 32;

constexpr std::uint64_t round_up(std::uint64_t bytes, std::uint64_t to) {
  return (bytes + to - 1) / to * to;
}

void* map_bytes(std::uint64_t size, int file) {
  const int kind = file >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
  return ::mmap(nullptr, size, PROT_READ | PROT_WRITE, kind | MAP_NORESERVE,
                file, 0);
}

/// Beyond the limit on file sizes, ftruncate would kill us with SIGXFSZ.
bool set_size(int file, std::uint64_t size) {
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  return size <= most.rlim_cur &&
         ::ftruncate(file, static_cast<off_t>(size)) == 0;
}

}  // namespace

board::board(bool shared, unsigned workers) : workers_(workers) {
  map(shared);
  divide(workers);
}

board::~board() {
  ::munmap(memory_, size_);
  if (file_ >= 0) ::close(file_);
  if (bell_ >= 0) ::close(bell_);
}

void board::map(bool shared) {
  if (shared) {
    file_ = telar::detail::beyond_standard(
        ::memfd_create("telar-parallel", MFD_CLOEXEC));
    if (file_ < 0) raise_system(errno, "cannot make shared memory for tasks");
    bell_ = telar::detail::beyond_standard(
        ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (bell_ < 0) {
      const int errnum = errno;
      ::close(file_);
      raise_system(errnum, "cannot make an eventfd");
    }
  }
  for (size_ = shared ? most_shared : most_private; size_ >= least;
       size_ /= 2) {
    if (shared && !set_size(file_, size_)) continue;
    void* const bytes = map_bytes(size_, file_);
    if (bytes == MAP_FAILED) continue;
    memory_ = static_cast<std::byte*>(bytes);
    ::madvise(memory_, size_, MADV_DONTDUMP);
    return;
  }
  if (file_ >= 0) ::close(file_);
  if (bell_ >= 0) ::close(bell_);
  raise(errc::no_space,
        "there is no address space for the tasks of an executor: raise the "
        "limit on it (ulimit -v) or on file sizes (ulimit -f).");
}

void board::divide(unsigned workers) {
  std::byte* at = memory_;
  const auto cut = [&at](std::uint64_t bytes) {
    std::byte* const begin = at;
    at += round_up(bytes, page);
    return begin;
  };
  // The pages are zero, which is what these objects begin as.
  state_ = new (cut(sizeof(board_state))) board_state;
  queue_ = reinterpret_cast<std::atomic<std::uint32_t>*>(
      cut(queue_entries * sizeof(std::uint32_t)));
  cells_ = reinterpret_cast<batch_cell*>(cut(max_batches * sizeof(batch_cell)));
  places_ = reinterpret_cast<worker_place*>(
      cut((workers + 1) * sizeof(worker_place)));
  const std::uint64_t quarter =
      (size_ - static_cast<std::uint64_t>(at - memory_)) / 4 / page * page;
  items_ = {cut(quarter), quarter};
  inputs_ = {cut(quarter), quarter};
  arguments_ = {cut(quarter / 2), quarter / 2 / page * page};
  results_ = {at, static_cast<std::uint64_t>(memory_ + size_ - at)};
  const std::uint64_t each = results_.size / workers / page * page;
  for (unsigned worker = 0; worker < workers; ++worker) {
    places_[worker].blobs = results_.begin + worker * each;
    places_[worker].blob_bytes = each;
  }
}

void board::begin_call() {
  state_->stop.store(0, std::memory_order_relaxed);
  state_->done.store(0, std::memory_order_relaxed);
  state_->wake_at.store(0, std::memory_order_relaxed);
  ++state_->call.sequence;
  for (unsigned worker = 0; worker < workers_; ++worker) {
    worker_place& place = places_[worker];
    // What the last call collected only in part is nobody's any more.
    place.stored.store(0, std::memory_order_relaxed);
    place.released.store(0, std::memory_order_relaxed);
    place.base.store(0, std::memory_order_relaxed);
  }
}

void board::end_call(std::uint32_t batches, std::uint64_t input_bytes) {
  if (!shared()) return;
  const call_state& call = state_->call;
  if (call.batch_bytes * batches > keep_bytes) forget(items_);
  if (input_bytes > keep_bytes) forget(inputs_);
  if (call.arguments.size > keep_bytes) forget(arguments_);
  for (unsigned worker = 0; worker < workers_; ++worker) {
    worker_place& place = places_[worker];
    if (place.stored.load(std::memory_order_relaxed) > keep_bytes) {
      forget({place.blobs, place.blob_bytes});
    }
  }
}

void board::forget(region bytes) const {
  ::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              bytes.begin - memory_, static_cast<off_t>(bytes.size));
}

void board::commit(const std::byte* begin, std::uint64_t size) const {
  if (!shared() || size < large_blob) return;
  int result = 0;
  do {
    result = ::fallocate(file_, FALLOC_FL_KEEP_SIZE, begin - memory_,
                         static_cast<off_t>(size));
  } while (result != 0 && errno == EINTR);
  if (result != 0) {
    raise(errc::no_space, "there is no memory for a value of " +
                              std::to_string(size) +
                              " bytes on its way between processes.");
  }
}

void board::queue(batch_cell& cell) {
  queue_[queued_ % queue_entries].store(index_of(cell),
                                        std::memory_order_relaxed);
  // Release: whoever takes the batch sees what was written of it.
  cell.state.store(batch_ready, std::memory_order_release);
  ++queued_;
}

void board::announce() {
  // Release: pairs with the load in claim(); the entries are there.
  state_->tail.store(queued_, std::memory_order_release);
}

void board::wake_workers() {
  state_->bell.fetch_add(1, std::memory_order_seq_cst);
  wake_all(state_->bell);
}

batch_cell* board::claim(unsigned worker, std::uint64_t& tail,
                         bool even_if_stopped) {
  board_state& all = *state_;
  for (;;) {
    if (!even_if_stopped && all.stop.load(std::memory_order_relaxed) != 0) {
      return nullptr;
    }
    std::uint64_t next = all.next.load(std::memory_order_acquire);
    if (next >= tail) {
      // Only now: the caller writes this line often.
      tail = all.tail.load(std::memory_order_acquire);
      if (next >= tail) return nullptr;
    }
    const std::uint32_t index =
        queue_[next % queue_entries].load(std::memory_order_relaxed);
    batch_cell& cell = cells_[index % max_batches];
    std::uint32_t expected = batch_ready;
    // Acquire: pairs with the release in queue().
    const bool won = cell.state.compare_exchange_strong(
        expected, taken_by(worker), std::memory_order_acquire,
        std::memory_order_relaxed);
    // Whoever finds the batch gone moves on for all.
    all.next.compare_exchange_strong(next, next + 1, std::memory_order_acq_rel,
                                     std::memory_order_relaxed);
    if (won) return &cell;
  }
}

bool board::take_grain(batch_cell& cell, batch_view& view) const {
  const std::uint32_t step = state_->call.step;
  std::uint64_t seen = cell.left.load(std::memory_order_relaxed);
  for (;;) {
    left_of_batch left = left_of_batch::of(seen);
    if (left.size() == 0) return false;
    view.position = left.next;
    left.next += std::min(step, left.size());
    // Relaxed: it says who runs the tasks, and nothing else.
    if (cell.left.compare_exchange_weak(seen, left.word(),
                                        std::memory_order_relaxed)) {
      view.count = left.next;
      return true;
    }
  }
}

void board::ask_for_more() {
  std::uint32_t nobody = nobody_hungry;
  // Sequential: pairs with rest(); the caller sees it before it sleeps, or is
  // rung for.
  if (state_->hungry.compare_exchange_strong(nobody, somebody_hungry,
                                             std::memory_order_seq_cst)) {
    ring();
  }
}

void board::complete(batch_cell& cell) {
  board_state& all = *state_;
  std::uint64_t seen = all.done.load(std::memory_order_relaxed);
  std::uint64_t mine = 0;
  do {
    cell.next_done.store(static_cast<std::uint32_t>(seen),
                         std::memory_order_relaxed);
    mine = ((seen >> 32) + 1) << 32 | (index_of(cell) + 1);
    // Sequential: pairs with arming `wake_at`; one of the two sees the other.
    // Release, thereby: the results are there.
  } while (!all.done.compare_exchange_weak(
      seen, mine, std::memory_order_seq_cst, std::memory_order_relaxed));
  const std::uint64_t wake = all.wake_at.load(std::memory_order_seq_cst);
  const auto ahead =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(mine >> 32) -
                                static_cast<std::uint32_t>(wake));
  if (wake >= armed && ahead >= 0) ring();
}

void board::ring() {
  // Whoever disarms it rings: once is enough.  (If it dies in between, its
  // death wakes the caller.)
  if (state_->wake_at.exchange(0, std::memory_order_seq_cst) == 0) return;
  if (bell_ >= 0) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(bell_, &one, sizeof one);
  } else {
    state_->rung.store(1, std::memory_order_seq_cst);
    wake_all(state_->rung);
  }
}

void board::drain(std::vector<std::uint32_t>& into) {
  into.clear();
  std::uint64_t seen = state_->done.load(std::memory_order_relaxed);
  const std::uint64_t list = 0xffffffffu;
  // Acquire: pairs with complete(); the results are there.
  while ((seen & list) != 0 &&
         !state_->done.compare_exchange_weak(seen, seen & ~list,
                                             std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
  }
  for (auto index = static_cast<std::uint32_t>(seen & list); index != 0;) {
    into.push_back(index - 1);
    index = cells_[(index - 1) % max_batches].next_done.load(
        std::memory_order_relaxed);
  }
  std::reverse(into.begin(), into.end());
}

}  // namespace telar::parallel::detail
