// demos/debian_dependencies/watch.cpp: lines on a terminal.
#include "watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "packages.hpp"

namespace demo {
namespace {

// So that a line fits on 80 columns.
constexpr std::size_t bar_length = 16;
constexpr std::size_t threads_shown = 50;
constexpr unsigned frames_a_second = 20;

}  // namespace

watcher::watcher(const telar::graph& g, std::string_view text,
                 std::vector<std::string_view> slices)
    : g_(g),
      text_(text),
      slices_(std::move(slices)),
      terminal_(::isatty(STDERR_FILENO) == 1) {
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    for_each_package(slices_[i], [&](std::string_view package, auto) {
      process_of_.emplace(package, i);
    });
  }
}

void watcher::draw(std::span<const progress> board) {
  if (!terminal_ && frames_ % frames_a_second != 0) {
    ++frames_;
    return;
  }
  std::string screen;
  if (terminal_ && frames_ != 0) {
    screen = fmt::format("\033[{}A", board.size() + 2);  // back to the top
  }
  const char* clear = terminal_ ? "\033[K" : "";
  for (std::size_t i = 0; i < board.size(); ++i) {
    screen += line(i, board[i]) + clear + "\n";
  }
  screen += fmt::format("the graph: {} vertices, {} edges{}\n",
                        g_.vertex_count(), g_.edge_count(), clear);
  screen += fmt::format("libc6's newest dependents: {}{}\n", cloth(), clear);
  std::fputs(screen.c_str(), stderr);
  g_.refresh();
  ++frames_;
}

std::string watcher::line(std::size_t process, const progress& p) const {
  const auto slice = slices_[process];
  const auto start = static_cast<std::size_t>(slice.data() - text_.data());
  const std::size_t at = std::max<std::size_t>(p.at, start);
  const bool done = p.nanoseconds != 0;
  const auto filled =
      done ? bar_length
           : bar_length * (at - start) / std::max<std::size_t>(slice.size(), 1);
  const auto package = package_name(field(text_.substr(at), "Package"));
  return fmt::format("process {} (pid {}) [{:<{}}] {:>6} edges  {}",
                     process + 1, p.pid.load(), std::string(filled, '#'),
                     bar_length, p.edges.load(),
                     done ? "done" : package.substr(0, 20));
}

/// The newest in-edges of libc6, in the order in which they were added.
std::string watcher::cloth() const {
  const auto libc = g_.find("libc6");
  if (!libc) return {};
  const auto dependents = g_.in_neighbors(*libc);
  std::string result;
  for (const auto v :
       dependents.last(std::min(threads_shown, dependents.size()))) {
    const auto found = process_of_.find(g_.key(v));
    result += found == process_of_.end()
                  ? "?"
                  : std::to_string((found->second + 1) % 10);
  }
  return result;
}

}  // namespace demo
