// demos/kill_nine/weavers.hpp: processes that insert edges until they are
// killed.
#pragma once

#include <sys/types.h>

#include <telar/graph.hpp>
#include <vector>

#include "ledger.hpp"

namespace demo {

/// Forked weavers.  They die with this object, and with this process.
class weavers {
 public:
  weavers(telar::graph& g, ledger& told, unsigned count);
  ~weavers();
  weavers(const weavers&) = delete;
  weavers& operator=(const weavers&) = delete;

  /// kill -9, and another one takes its place.
  /// Throws std::runtime_error if it had ended already.
  void replace(std::size_t which);
  void kill_all();

 private:
  [[nodiscard]] pid_t start();
  static void kill(pid_t pid);

  telar::graph& g_;
  ledger& told_;
  std::vector<pid_t> pids_;
};

}  // namespace demo
