// The line of a progress bar.
#include <telar/parallel/progress_bar.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace telar::parallel {
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return 79;
  }
  return size.ws_col - 1u;
}

std::string short_number(double value) {
  char text[32];
  if (value >= 1e6) {
    std::snprintf(text, sizeof text, "%.1f M", value / 1e6);
  } else if (value >= 1e4) {
    std::snprintf(text, sizeof text, "%.1f k", value / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.0f", value);
  }
  return text;
}

std::string bar_of(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) *
                                             static_cast<double>(width));
  return '[' + std::string(full, '#') + std::string(width - full, '.') + ']';
}

}  // namespace

progress_bar::progress_bar(std::string title) : title_(std::move(title)) {}

std::string progress_bar::line(const std::string& title,
                               const progress& how_far, std::size_t width) {
  std::string text = " " + std::to_string(how_far.done);
  if (how_far.total) text += " of " + std::to_string(*how_far.total);
  text += ", " + short_number(how_far.per_second) + "/s";
  if (how_far.remaining) {
    text += ", " + short_number(how_far.remaining->count()) + " s left";
  }
  const std::string head = title.empty() ? "" : title + ' ';
  const std::size_t used = head.size() + text.size() + 2;
  if (how_far.total && *how_far.total > 0 && used + 5 <= width) {
    const double share =
        static_cast<double>(how_far.done) / static_cast<double>(*how_far.total);
    text = bar_of(share, std::min<std::size_t>(40, width - used)) + text;
  }
  return (head + text).substr(0, width);
}

void progress_bar::operator()(const progress& how_far) const {
  if (::isatty(STDERR_FILENO) != 1) return;
  const std::string text = line(title_, how_far, terminal_width());
  std::fprintf(stderr, "\r\033[2K%s%s", text.c_str(),
               how_far.ended ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace telar::parallel
