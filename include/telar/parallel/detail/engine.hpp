// telar/parallel/detail/engine.hpp: an executor without the types of its calls.
// Not part of the API.
#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include <telar/parallel/detail/call.hpp>
#include <telar/parallel/options.hpp>

namespace telar::parallel::detail {

class engine {
 public:
  /// `usual`: the backend if the options name none.
  engine(options how, backend usual, bool portable_only);
  ~engine();
  engine(engine&&) noexcept;
  engine& operator=(engine&&) noexcept;

  void run(call& what);
  [[nodiscard]] parallel::backend backend() const noexcept;
  [[nodiscard]] unsigned workers() const noexcept;
  [[nodiscard]] std::vector<pid_t> processes() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace telar::parallel::detail
