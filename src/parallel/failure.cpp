// Exceptions in words, and the errors that callers see.
#include "parallel/failure.hpp"

#include <cxxabi.h>
#include <string.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>
#include <utility>

#include "error/raise.hpp"

namespace telar::parallel {
namespace {

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return text ? text.get() : name;
}

std::string name_of_signal(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name ? std::string("SIG").append(name)
              : "signal " + std::to_string(signal);
}

std::string words_of(const task_failure& failure) {
  if (failure.status == task_status::timed_out || failure.type.empty()) {
    return failure.message;
  }
  return failure.type + ": " + failure.message;
}

std::string numbers(const std::vector<std::uint64_t>& tasks) {
  constexpr std::size_t most = 10;
  std::string text;
  for (std::size_t i = 0; i < tasks.size() && i < most; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(tasks[i]);
  }
  return tasks.size() > most ? text + " …" : text;
}

std::string words_of(const worker_death& death) {
  std::string text = "worker " + std::to_string(death.worker) + ", process " +
                     std::to_string(death.pid);
  text += death.signal != 0
              ? ", was killed by " + name_of_signal(death.signal)
              : ", ended with exit code " + std::to_string(death.exit_code);
  if (!death.said.empty()) text += " (" + death.said + ")";
  if (death.tasks.empty()) return text + "; no task was lost.";
  return text + "; lost with it: task " + numbers(death.tasks) + ".";
}

}  // namespace

std::span<const std::byte> byte_reader::take(std::size_t count,
                                             std::size_t size) {
  if (size != 0 && count > left_.size() / size) {
    telar::detail::raise(errc::corrupt,
                         "a value that came from another process ends before "
                         "it is complete: its codec's encode and decode must "
                         "agree.");
  }
  const auto taken = left_.first(count * size);
  left_ = left_.subspan(count * size);
  return taken;
}

std::string_view to_string(task_status status) noexcept {
  switch (status) {
    case task_status::cancelled:
      return "cancelled";
    case task_status::value:
      return "value";
    case task_status::error:
      return "error";
    case task_status::died:
      return "died";
    case task_status::timed_out:
      return "timed_out";
  }
  return "unknown";
}

task_error::task_error(std::uint64_t task, task_failure failure)
    : error(failure.code,
            "task " + std::to_string(task) + ": " + words_of(failure)),
      task_(task),
      failure_(std::move(failure)) {}

worker_error::worker_error(worker_death death)
    : error(errc::task_failed, words_of(death)), death_(std::move(death)) {}

namespace detail {

task_failure describe_current_exception() {
  task_failure failure;
  failure.status = task_status::error;
  const std::type_info* const type = abi::__cxa_current_exception_type();
  failure.type = type ? demangled(type->name()) : "an exception";
  try {
    throw;
  } catch (const error& thrown) {
    failure.code = thrown.code();
    failure.message = thrown.what();
  } catch (const std::exception& thrown) {
    const char* const words = thrown.what();
    failure.message = words ? words : "it has no words";
  } catch (...) {
    failure.message = "it is no std::exception";
  }
  return failure;
}

std::string in_words(std::chrono::nanoseconds time) {
  const auto count = time.count();
  if (count % 1'000'000'000 == 0) {
    return std::to_string(count / 1'000'000'000) + " s";
  }
  if (count % 1'000'000 == 0) return std::to_string(count / 1'000'000) + " ms";
  return std::to_string(count) + " ns";
}

}  // namespace detail
}  // namespace telar::parallel
