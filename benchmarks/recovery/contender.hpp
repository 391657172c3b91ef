// benchmarks/recovery/contender.hpp: what is held by a process that is killed.
#pragma once

#include <memory>
#include <string>

namespace bench {

/// Something that one process may hold at a time, and others wait for.
class contender {
 public:
  virtual ~contender() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Has one of these for each kill.
  [[nodiscard]] virtual unsigned places() const = 0;
  /// Takes a place, works there and leaves it; waits if somebody holds it, and
  /// repairs what it left if that was killed.
  virtual void work_at(unsigned place, unsigned worker) = 0;
  /// Takes a place and keeps it.
  virtual void hold(unsigned place) = 0;
  /// Throws std::runtime_error if what is left is damaged.
  virtual void verify() {}
};

/// A graph: whoever comes inserts an edge at the vertex.
[[nodiscard]] std::unique_ptr<contender> make_graph_contender(unsigned places);

/// Robust mutexes of POSIX, whose waiters the kernel itself wakes.
[[nodiscard]] std::unique_ptr<contender> make_mutex_contender(unsigned places);

}  // namespace bench
