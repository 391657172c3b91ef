// Finding the graph of a graph_ref.
#include <telar/parallel/graph_ref.hpp>

#include <telar/graph.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>

#include "error/raise.hpp"
#include "participant/process.hpp"

namespace telar {
namespace {

using detail::raise;

static_assert(std::is_trivially_copyable_v<graph_ref>);

/// The handles of the references made here, or inherited through a fork.  No
/// lock: one that another thread held at a fork would stay locked in the child.
struct entry {
  std::atomic<std::uint64_t> number{0};
  std::atomic<graph*> handle{nullptr};
};
constexpr std::size_t entries = 4096;
entry known[entries];
std::atomic<std::uint32_t> references{0};

graph* find_handle(std::uint64_t number) {
  const entry& at = known[number % entries];
  // Acquire: pairs with the release in remember(); the handle is this number's.
  if (at.number.load(std::memory_order_acquire) != number) return nullptr;
  graph* const handle = at.handle.load(std::memory_order_relaxed);
  // Or it was replaced in between.
  std::atomic_thread_fence(std::memory_order_acquire);
  return at.number.load(std::memory_order_relaxed) == number ? handle : nullptr;
}

std::uint64_t remember(graph* handle) {
  // Two processes of a family count on from the same number: a reference that
  // one of them made must not stand for a graph of the other.
  const std::uint64_t number =
      std::uint64_t{static_cast<std::uint32_t>(::getpid())} << 32 |
      (references.fetch_add(1, std::memory_order_relaxed) + 1);
  entry& at = known[number % entries];
  at.number.store(0, std::memory_order_relaxed);
  at.handle.store(handle, std::memory_order_relaxed);
  at.number.store(number, std::memory_order_release);
  return number;
}

/// Graphs that this process opened by name.  Never closed: tasks keep spans.
struct opened_graphs {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<graph>> by_uuid;
};

opened_graphs& opened() {
  static auto* const all = new opened_graphs;
  return *all;
}

/// What this thread used last.  The generation tells a forked child, whose
/// numbers may mean other graphs.
struct last_used {
  std::uint64_t number = 0;
  std::uint64_t generation = 0;
  graph* handle = nullptr;
};
thread_local constinit last_used last;

graph& open_by_name(const std::string& name, const std::string& uuid) {
  opened_graphs& all = opened();
  const std::lock_guard lock(all.mutex);
  std::unique_ptr<graph>& handle = all.by_uuid[uuid];
  if (!handle) {
    auto found = std::make_unique<graph>(graph::open(location(name)));
    if (found->info().uuid != uuid) {
      raise(errc::incompatible,
            name +
                ": another graph has this name now, not the one that the "
                "graph_ref was made of.");
    }
    handle = std::move(found);
  }
  return *handle;
}

}  // namespace

graph_ref::graph_ref(const graph& which)
    : placement_(static_cast<std::uint32_t>(which.placement())),
      uuid_{},
      name_{} {
  const std::string& name = which.name();
  if (name.size() >= sizeof name_) {
    raise(errc::bad_argument, "the name of a graph must be below " +
                                  std::to_string(sizeof name_) +
                                  " bytes for a graph_ref: " + name);
  }
  const std::string uuid = which.info().uuid;
  std::memcpy(name_, name.data(), name.size());
  std::memcpy(uuid_, uuid.data(), std::min(uuid.size(), sizeof uuid_));
  // Whoever has the graph may change it: a handle to it is no more constant in
  // a task than it would be if the task opened the name.
  number_ = remember(const_cast<graph*>(&which));
}

graph& graph_ref::get() const {
  const std::uint64_t generation = detail::process_generation();
  if (last.number == number_ && last.generation == generation) {
    return *last.handle;
  }
  graph* handle = find_handle(number_);
  if (!handle) {
    if (placement_ > static_cast<std::uint32_t>(placement::file)) {
      raise(errc::not_found,
            "this graph has no name, and its graph_ref was made after this "
            "worker was forked: make the graph and its graph_ref before the "
            "worker_pool, or give the graph a name.");
    }
    handle = &open_by_name(name_,
                           std::string(uuid_, ::strnlen(uuid_, sizeof uuid_)));
  }
  last = {number_, generation, handle};
  return *handle;
}

}  // namespace telar
