// tests/history/recorder.cpp: the workers, their rounds, and what they do.
#include "history/recorder.hpp"

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <system_error>

#include <telar/snapshot.hpp>

#include "history/pause_inside.hpp"
#include "participant/futex.hpp"
#include "support/segment_name.hpp"

namespace telar::test {
namespace {

constexpr std::uint64_t rounds_at_once = 200;
constexpr unsigned operations_a_round = history_workers * operations_each;

/// Memory that workers share with us whether they are threads or processes.
struct shared_log {
  std::atomic<std::uint64_t> clock{0};
  std::atomic<std::uint32_t> arrived{0};
  std::atomic<std::uint32_t> meetings{0};
  std::uint64_t vertices_before[rounds_at_once] = {};
  operation operations[rounds_at_once][operations_a_round] = {};

  static shared_log* make() {
    void* bytes = ::mmap(nullptr, sizeof(shared_log), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    return new (bytes) shared_log;
  }
  struct unmap {
    void operator()(shared_log* log) const {
      ::munmap(log, sizeof(shared_log));
    }
  };

  /// An instant later than all that were told before.  A locked instruction:
  /// what was stored before it is seen by whoever is told a later instant.  (By
  /// the processor's own clock a call may return before its stores are seen.)
  std::uint64_t now() { return clock.fetch_add(1) + 1; }

  /// Waits until all workers have come for the `count`th time.
  void meet(std::uint32_t count) {
    if (arrived.fetch_add(1) + 1 == count * history_workers) {
      meetings.store(count);
      for (int i = 1; i < history_workers; ++i)
        detail::futex_wake_one(meetings);
      return;
    }
    for (int i = 0; i < 20 && meetings.load() < count; ++i) ::sched_yield();
    while (meetings.load() < count) detail::futex_wait(meetings, count - 1);
  }
};

class worker {
 public:
  worker(graph& g, shared_log& log, const recording& what, int number,
         std::mt19937_64 engine)
      : g_(g), log_(log), what_(what), number_(number), engine_(engine) {}

  void run(std::uint64_t rounds) {
    pause_inside::prepare();
    std::uint32_t meetings = 0;
    for (round_ = 0; round_ < rounds; ++round_) {
      log_.meet(++meetings);
      if (number_ == 0) log_.vertices_before[round_] = g_.vertex_count();
      log_.meet(++meetings);
      for (unsigned i = 0; i < operations_each; ++i) {
        operation& one = log_.operations[round_][number_ * operations_each + i];
        one = choose();
        one.began = log_.now();
        if (engine_() % 3 == 0) {
          // Anywhere in a short call, or somewhere in a long one.
          const auto where = static_cast<unsigned>(
              engine_() % (std::uint64_t{16} << engine_() % 5));
          const pause_inside here(where, log_.clock, one.began + 6);
          perform(one);
        } else {
          perform(one);
        }
        one.ended = log_.now();
      }
    }
  }

 private:
  operation choose() {
    using enum verb;
    static constexpr verb with_keys[] = {vertex_of_key, find_key, vertex_count};
    static constexpr verb without[] = {
        add_edge,    add_edge,     add_edge,   add_edge,      remove_edge,
        remove_edge, find_edge,    find_edge,  take_snapshot, neighbors,
        neighbors,   in_neighbors, add_vertex, degree,        vertex_count};
    operation one{};
    do {
      one.what = what_.keys ? with_keys[engine_() % std::size(with_keys)]
                            : without[engine_() % std::size(without)];
    } while (one.what == in_neighbors &&
             what_.kind != graph_kind::bidirectional);
    one.worker = static_cast<std::uint8_t>(number_);
    one.source = static_cast<std::uint8_t>(engine_() % history_vertices);
    one.target = static_cast<std::uint8_t>(engine_() % history_vertices);
    return one;
  }

  void perform(operation& one) {
    const vertex_id source = base() + one.source;
    const vertex_id target = base() + one.target;
    switch (one.what) {
      case verb::add_edge: {
        const insertion made = g_.add_edge(source, target);
        one.yes = made.added;
        one.number = made.edge.position;
        break;
      }
      case verb::remove_edge:
        one.yes = g_.remove_edge(source, target);
        break;
      case verb::take_snapshot:
        copy_all(one, g_.snapshot());
        break;
      case verb::find_edge: {
        const auto found = g_.find_edge(source, target);
        one.yes = found.has_value();
        if (found) one.number = found->position;
        break;
      }
      case verb::degree:
        one.number = g_.degree(source);
        break;
      case verb::neighbors:
        copy(one, g_.neighbors(source));
        break;
      case verb::in_neighbors:
        copy(one, g_.in_neighbors(source));
        break;
      case verb::add_vertex:
        one.number = g_.add_vertex();
        break;
      case verb::vertex_count:
        one.number = static_cast<std::uint32_t>(g_.vertex_count());
        break;
      case verb::vertex_of_key:
        one.yes = true;
        one.number = g_.vertex(key_of(one));
        break;
      case verb::find_key: {
        const auto found = g_.find(key_of(one));
        one.yes = found.has_value();
        if (found) one.number = *found;
        break;
      }
    }
  }

  void copy(operation& one, std::span<const vertex_id> all) const {
    one.length = static_cast<std::uint8_t>(
        std::min<std::size_t>(all.size(), longest_list));
    for (unsigned i = 0; i < one.length; ++i) {
      one.list[i] = static_cast<std::uint8_t>(all[i] - base());
    }
  }

  void copy_all(operation& one, const snapshot& then) const {
    unsigned at = 0;
    const auto put = [&](std::size_t value) {
      if (at < longest_list) one.list[at++] = static_cast<std::uint8_t>(value);
    };
    for (unsigned v = 0; v < history_vertices; ++v) {
      const auto all = then.neighbors(base() + v);
      put(all.size());
      for (const vertex_id target : all) put(target - base());
    }
    one.length = static_cast<std::uint8_t>(at);
  }

  [[nodiscard]] vertex_id base() const {
    return static_cast<vertex_id>(round_ * history_vertices);
  }
  [[nodiscard]] std::string key_of(const operation& one) const {
    return std::to_string(base() + one.source);
  }

  graph& g_;
  shared_log& log_;
  const recording& what_;
  int number_;
  std::mt19937_64 engine_;
  std::uint64_t round_ = 0;
};

/// Records up to `rounds_at_once` histories in a graph of their own.
bool record_some(const recording& what, const seeded_random& random,
                 std::uint64_t begin, std::uint64_t rounds,
                 const std::function<void(const history&)>& check) {
  graph_options options;
  options.kind = what.kind;
  options.parallel = what.parallel;
  options.keys = what.keys ? key_kind::string : key_kind::none;
  options.reserve = std::uint64_t{64} << 20;
  auto g = graph::create(anonymous, options);
  if (!what.keys) g.add_vertices(rounds * history_vertices);
  const std::unique_ptr<shared_log, shared_log::unmap> log(shared_log::make());
  crew workers(what.crew, history_workers, [&](int number) {
    auto engine = random.engine_for(static_cast<int>(begin) + number);
    worker(g, *log, what, number, engine).run(rounds);
  });
  if (!workers.finish()) return false;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    check({what.kind, what.parallel, log->vertices_before[i],
           log->operations[i]});
  }
  return true;
}

}  // namespace

bool record(const recording& what, const seeded_random& random,
            const std::function<void(const history&)>& check) {
  for (std::uint64_t i = 0; i < what.histories; i += rounds_at_once) {
    const auto rounds = std::min(rounds_at_once, what.histories - i);
    if (!record_some(what, random, i * history_workers, rounds, check)) {
      return false;
    }
  }
  return true;
}

}  // namespace telar::test
