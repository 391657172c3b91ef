// tests/parallel/backends.hpp: every backend, with 1, 2, 4 and 8 workers.
#pragma once

#include <ostream>

#include <catch2/catch.hpp>

#include <telar/parallel.hpp>

#include "support/failure.hpp"

namespace telar::parallel {

inline std::ostream& operator<<(std::ostream& out, backend who) {
  return out << to_string(who);
}
inline std::ostream& operator<<(std::ostream& out, task_status status) {
  return out << to_string(status);
}

}  // namespace telar::parallel

namespace telar::test {

namespace parallel = telar::parallel;
using parallel::backend;

/// A backend and a number of workers, as `{.backend = …, .workers = …}`.
struct team {
  parallel::backend backend;
  int workers;

  [[nodiscard]] parallel::options options() const {
    return {.backend = backend, .workers = workers};
  }
  [[nodiscard]] bool by_processes() const {
    return backend == backend::processes || backend == backend::workers;
  }
};

inline std::ostream& operator<<(std::ostream& out, const team& who) {
  return out << who.workers << ' ' << who.backend;
}

}  // namespace telar::test
