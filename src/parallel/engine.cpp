// What an executor owns: its board and its workers.
#include <telar/parallel/detail/engine.hpp>

#include <atomic>
#include <string>
#include <utility>

#include "error/raise.hpp"
#include "parallel/conductor.hpp"
#include "parallel/process_crew.hpp"
#include "parallel/thread_crew.hpp"

namespace telar::parallel::detail {
namespace {

using telar::detail::raise;

bool by_processes(backend who) {
  return who == backend::processes || who == backend::workers;
}

void check(const options& how, bool portable_only) {
  const std::string name(to_string(*how.backend));
  if (*how.backend > backend::workers) {
    raise(errc::bad_argument, "there is no such backend.");
  }
  if (*how.backend == backend::workers && !portable_only) {
    raise(errc::bad_argument,
          "an executor cannot have the backend workers, which know only code "
          "that captures nothing: make a telar::parallel::worker_pool.");
  }
  if (how.require == shared::address_space && by_processes(*how.backend)) {
    raise(errc::bad_argument,
          "the backend " + name +
              " does not share the address space: use threads, or require "
              "shared::segment and share a graph.");
  }
  if (how.grain && *how.grain <= 0) {
    raise(errc::bad_argument,
          "a grain of " + std::to_string(*how.grain) +
              " tasks: it must be 1 or more, or absent to be chosen.");
  }
  if (how.window && *how.window <= 0) {
    raise(errc::bad_argument,
          "a window of " + std::to_string(*how.window) +
              " inputs: it must be 1 or more, or absent to be chosen.");
  }
  if (how.time_limit && how.time_limit->count() <= 0) {
    raise(errc::bad_argument, "a time limit must be longer than nothing.");
  }
}

/// Options for a call inside a task: in place, one after another.
options nested(const options& how) {
  options inner = how;
  inner.backend = backend::sequential;
  inner.progress = nullptr;
  inner.on_start = nullptr;
  return inner;
}

}  // namespace

struct engine::state {
  options how;
  unsigned workers = 1;
  std::atomic<bool> busy{false};
  std::unique_ptr<detail::board> board;
  std::unique_ptr<detail::crew> crew;
  process_crew* processes = nullptr;  ///< `crew`, if it is one …
  thread_crew* threads = nullptr;     ///< … or the other.

  void start();
  bool run_as_loop(call& what);
  void check_call(const call& what) const;
};

void engine::state::start() {
  const bool apart = by_processes(*how.backend);
  board = std::make_unique<detail::board>(apart, workers);
  if (!apart) {
    auto made = std::make_unique<thread_crew>(*board, workers, how);
    threads = made.get();
    crew = std::move(made);
    return;
  }
  auto made = std::make_unique<process_crew>(*board, workers, how,
                                             *how.backend == backend::workers);
  processes = made.get();
  crew = std::move(made);
}

/// Whether the call was one that could be run as a loop.
bool engine::state::run_as_loop(call& what) {
  const bool here = threads != nullptr || current().inside;
  if (!here || !shared_loop::fits(what, how) || !what.make_places()) {
    return false;
  }
  if (current().inside) {
    shared_loop loop(what, how, 1);
    loop.run(0);
    loop.finish();
    return true;
  }
  shared_loop loop(what, how, workers);
  threads->run(loop);
  if (std::exception_ptr hook = threads->hook_error()) {
    std::rethrow_exception(hook);
  }
  loop.finish();
  return true;
}

void engine::state::check_call(const call& what) const {
  if (!processes) return;
  if (!processes->is_owner()) {
    raise(errc::bad_argument,
          "this executor's workers belong to the process that made it: make "
          "one in this process, too.");
  }
  if (!what.result_travels) {
    raise(errc::bad_argument, "a result of type " +
                                  std::string(what.result_type) +
                                  " cannot travel between processes: give it a "
                                  "telar::parallel::codec, or use threads.");
  }
  if (!what.indexed && !what.input_travels) {
    raise(errc::bad_argument,
          "the items of this range cannot travel between processes: give "
          "their type a telar::parallel::codec, pass a range with random "
          "access and a size, or use threads.");
  }
}

engine::engine(options how, parallel::backend usual, bool portable_only)
    : state_(std::make_unique<state>()) {
  if (!how.backend) how.backend = usual;
  check(how, portable_only);
  const unsigned count = worker_count(how.workers, available_cpus());
  state_->workers = *how.backend == backend::sequential ? 1 : count;
  state_->how = std::move(how);
  // Inside a task every call is sequential: no workers for it.
  if (!current().inside) state_->start();
}

engine::~engine() = default;
engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;

void engine::run(call& what) {
  state& mine = *state_;
  if (current().inside) {
    if (mine.run_as_loop(what)) return;
    const options inner = nested(mine.how);
    board private_board(false, 1);
    thread_crew alone(private_board, 1, inner);
    conductor(private_board, alone, 1, what, inner).run();
    return;
  }
  if (!mine.crew) mine.start();
  mine.check_call(what);
  // Acquire and release: one call after another sees what the last one did.
  if (mine.busy.exchange(true, std::memory_order_acq_rel)) {
    raise(errc::busy,
          "this executor is at a call already: make another one for a second "
          "call at the same time.");
  }
  struct leave {
    std::atomic<bool>& busy;
    ~leave() { busy.store(false, std::memory_order_release); }
  } const leaving{mine.busy};
  if (mine.run_as_loop(what)) return;
  conductor(*mine.board, *mine.crew, mine.workers, what, mine.how).run();
}

parallel::backend engine::backend() const noexcept {
  return *state_->how.backend;
}
unsigned engine::workers() const noexcept { return state_->workers; }

std::vector<pid_t> engine::processes() const {
  return state_->processes ? state_->processes->processes()
                           : std::vector<pid_t>{};
}

}  // namespace telar::parallel::detail
