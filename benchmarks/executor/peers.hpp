// benchmarks/executor/peers.hpp: Python's joblib and multiprocessing, measured
// by themselves.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "table.hpp"

namespace bench {

/// As executor_peers.py calls them, and as the tables do.
struct peer {
  const char* id;
  const char* name;
};
inline constexpr peer loky{"loky", "joblib (loky)"};
inline constexpr peer threading{"threading", "joblib (threading)"};
inline constexpr peer multiprocessing{"multiprocessing",
                                      "multiprocessing.Pool"};
inline constexpr peer python_peers[] = {loky, threading, multiprocessing};

/// /usr/bin/python3 executor_peers.py: started once, asked in turn with the
/// others, ended when this is destroyed.
class peers {
 public:
  /// Without Python there are no peers: `ask` says so.
  explicit peers(const std::string& script);
  ~peers();
  peers(const peers&) = delete;
  peers& operator=(const peers&) = delete;

  /// Sends a request and waits for the reply.  Throws `not_here` if what it
  /// needs is not installed, std::runtime_error if it failed.
  nlohmann::json ask(const nlohmann::json& request);

  /// A row that sends this, with the peer's name, and reads `value` and
  /// `second` of the reply.
  [[nodiscard]] row make_row(const peer& who, std::string name,
                             nlohmann::json request);

 private:
  struct process;
  std::unique_ptr<process> process_;
};

}  // namespace bench
