// parallel/failure.hpp: what a task threw, in a form that travels.
#pragma once

#include <chrono>
#include <string>

#include <telar/parallel/codec.hpp>
#include <telar/parallel/outcome.hpp>

namespace telar::parallel {

template <>
struct codec<task_failure> {
  static void encode(const task_failure& value, byte_writer& to) {
    parallel::encode(value.status, to);
    parallel::encode(value.code, to);
    parallel::encode(value.type, to);
    parallel::encode(value.message, to);
    parallel::encode(value.pid, to);
  }
  static task_failure decode(byte_reader& from) {
    task_failure value;
    value.status = parallel::decode<task_status>(from);
    value.code = parallel::decode<errc>(from);
    value.type = parallel::decode<std::string>(from);
    value.message = parallel::decode<std::string>(from);
    value.pid = parallel::decode<pid_t>(from);
    return value;
  }
};

namespace detail {

/// The exception that is being handled, in words.
[[nodiscard]] task_failure describe_current_exception();

/// "2.5 s", "30 ms", for messages.
[[nodiscard]] std::string in_words(std::chrono::nanoseconds time);

}  // namespace detail
}  // namespace telar::parallel
