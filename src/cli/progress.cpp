// cli/progress.cpp: drawing the line.
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/output.hpp"

namespace telar::cli {
namespace {

constexpr char clear_line[] = "\r\033[K";

}  // namespace

progress::progress()
    : start_(std::chrono::steady_clock::now()),
      visible_(::isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (shown_) fmt::print(stderr, "{}", clear_line);
}

void progress::show(const std::string& what, std::uint64_t bytes,
                    std::optional<std::uint64_t> total, std::uint64_t edges) {
  if (!visible_) return;
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start_;
  const std::string part =
      total ? fmt::format("{:.0f} %", 100 * static_cast<double>(bytes) /
                                          static_cast<double>(*total))
            : size_text(bytes);
  fmt::print(stderr, "{}{}: {}, {} edges, {:.1f} million a second", clear_line,
             what, part, edges,
             static_cast<double>(edges) / 1e6 / time.count());
  shown_ = true;
}

void progress::show(const std::string& what, std::uint64_t done,
                    std::uint64_t of) {
  // What is over in no time would only flicker.
  constexpr std::chrono::milliseconds patience{200};
  if (!visible_ || std::chrono::steady_clock::now() - start_ < patience) return;
  const double part =
      of == 0 ? 1 : static_cast<double>(done) / static_cast<double>(of);
  const auto filled = static_cast<std::size_t>(30 * part);
  fmt::print(stderr, "{}{} [{:-<30}] {:.0f} %", clear_line, what,
             std::string(filled, '#'), 100 * part);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace telar::cli
