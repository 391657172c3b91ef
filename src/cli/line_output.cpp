// cli/line_output.cpp: writing, waiting, and being asked to end.
#include "cli/line_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "cli/exit_status.hpp"

namespace telar::cli {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void ask_to_end(int) { asked_to_end = 1; }

}  // namespace

line_output::line_output() {
  struct sigaction ending {};
  ending.sa_handler = ask_to_end;
  // Lines are written whole, but for a second request.
  ending.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM}) {
    ::sigaction(number, &ending, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

void line_output::add(const std::string& line) {
  constexpr std::size_t most = 1 << 16;
  lines_ += line;
  lines_ += '\n';
  if (lines_.size() >= most) flush();
}

void line_output::flush() {
  std::string_view left = lines_;
  while (has_reader_ && !left.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      has_reader_ = false;
    } else if (errno == EAGAIN) {
      pollfd ready{STDOUT_FILENO, POLLOUT, 0};
      (void)::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      throw failure(exit_status::failure,
                    "standard output could not be written");
    }
  }
  lines_.clear();
}

bool line_output::is_wanted() const { return has_reader_ && !asked_to_end; }

void line_output::wait(std::chrono::milliseconds time) {
  // No event is waited for: errors are told all the same.  A request to end ends
  // the sleep, or comes just before it, which is short.
  pollfd reader{STDOUT_FILENO, 0, 0};
  const int found = ::poll(&reader, 1, static_cast<int>(time.count()));
  if (found > 0 && (reader.revents & (POLLERR | POLLNVAL)) != 0) {
    has_reader_ = false;
  }
}

}  // namespace telar::cli
