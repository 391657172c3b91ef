// The progress bar, on a terminal and where there is none.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr unsigned short columns = 60;

/// Two ends of a terminal, or of a pipe, for the stderr of a child.
struct ends {
  explicit ends(bool terminal) {
    const winsize size{24, columns, 0, 0};
    int both[2];
    const int made =
        terminal ? ::openpty(&both[0], &both[1], nullptr, nullptr, &size)
                 : ::pipe(both);
    if (made != 0 && terminal) {
      skip("no terminal can be made: is there devpts?");
    }
    if (made != 0) throw std::system_error(errno, std::generic_category());
    reading = both[0];
    writing = both[1];
  }
  ~ends() {
    ::close(reading);
    if (writing >= 0) ::close(writing);
  }
  ends(const ends&) = delete;

  /// All that others write until they have closed it.
  std::string read_all() {
    ::close(writing);
    writing = -1;
    std::string text;
    char bytes[4096];
    for (;;) {
      ::pollfd ready{reading, POLLIN, 0};
      const std::chrono::milliseconds limit = watchdog_limit;
      if (::poll(&ready, 1, static_cast<int>(limit.count())) <= 0) {
        throw std::runtime_error("nobody closes the terminal");
      }
      const ssize_t size = ::read(reading, bytes, sizeof bytes);
      if (size <= 0) return text;  // a terminal ends with EIO
      text.append(bytes, static_cast<std::size_t>(size));
    }
  }

  int reading = -1;
  int writing = -1;
};

/// What a call of 20 tasks shows, of which one fails if that is asked for.
std::string shown(const team& who, bool terminal, bool fails = false) {
  ends both(terminal);
  process child = start_process([&] {
    ::dup2(both.writing, STDERR_FILENO);
    ::close(both.writing);
    ::close(both.reading);
    parallel::options how = who.options();
    how.grain = 1;
    how.progress = parallel::progress_bar("squares");
    how.progress_interval = std::chrono::milliseconds(0);
    parallel::worker_pool pool(how);
    const auto square = [](int i, bool throws) {
      if (throws && i == 10) throw std::runtime_error("no 10");
      return i * i;
    };
    try {
      (void)pool.map(square, std::views::iota(0, 20), fails);
    } catch (const parallel::task_error&) {
      require(fails, "it threw");
    }
    return 0;
  });
  const std::string text = both.read_all();
  CHECK(wait_for(child) == 0);
  return text;
}

/// Each line begins by clearing the one before it.
std::vector<std::string> lines_of(std::string text) {
  const std::string clear = "\r\033[2K";
  std::vector<std::string> lines;
  REQUIRE(text.starts_with(clear));
  while (!text.empty()) {
    text.erase(0, clear.size());
    const auto next = text.find(clear);
    lines.push_back(text.substr(0, next));
    text.erase(0, next);
  }
  return lines;
}

}  // namespace

TEST_CASE("on a terminal a progress bar fills one line, and then ends it",
          "[parallel][process]") {
  const team who{GENERATE(backend::sequential, backend::threads,
                          backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  const std::vector<std::string> lines = lines_of(shown(who, true));
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    CHECK_THAT(lines[i], Catch::StartsWith("squares [") &&
                             Catch::Contains(" of 20, ") &&
                             !Catch::Contains("\n"));
    CHECK(lines[i].size() < columns);
  }
  // The terminal writes \n as \r\n.
  CHECK_THAT(lines.back(), Catch::StartsWith("squares [#") &&
                               Catch::Contains("#] 20 of 20, ") &&
                               Catch::EndsWith("/s, 0 s left\r\n"));
}

TEST_CASE("the line of a call that fails is ended, too",
          "[parallel][process][error]") {
  const std::vector<std::string> lines =
      lines_of(shown({backend::workers, 2}, true, true));
  for (const std::string& line : lines) {
    CHECK(line.ends_with("\r\n") == (&line == &lines.back()));
  }
}

TEST_CASE("where there is no terminal a progress bar says nothing",
          "[parallel][process]") {
  CHECK(shown({backend::workers, 2}, false).empty());
}
