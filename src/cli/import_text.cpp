// cli/import_text.cpp: mapping files, reading streams, cutting at newlines.
#include "cli/import_text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/file_mapping.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "cli/exit_status.hpp"

namespace telar::cli {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t first_capacity = 256 << 10;
constexpr std::size_t window_bytes = 32 << 20;
constexpr std::chrono::milliseconds window_time{200};

[[noreturn]] void fail(const std::string& name, int errnum) {
  throw failure(
      errnum == ENOENT ? exit_status::not_found : exit_status::failure,
      name + ": " + std::strerror(errnum));
}

/// Whether something can be read without waiting beyond the deadline.
bool readable_until(int fd, clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - clock::now());
  pollfd poll{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&poll, 1, static_cast<int>(std::max<long>(0, left.count()))) >
         0;
}

/// How much of the text is whole lines.
std::size_t whole_lines(std::string_view text) {
  const std::size_t last = text.rfind('\n');
  return last == std::string_view::npos ? 0 : last + 1;
}

}  // namespace

text_source::text_source(const std::string& path)
    : name_(path == "-" ? "(standard input)" : path) {
  if (path == "-") {
    fd_ = STDIN_FILENO;
  } else {
    open_file(path);
  }
}

text_source::~text_source() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

void text_source::open_file(const std::string& path) {
  fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat state {};
  if (fd_ < 0 || ::fstat(fd_, &state) != 0) fail(name_, errno);
  // Files of /proc are regular and say that they are empty.
  if (!S_ISREG(state.st_mode) || state.st_size == 0) return;
  size_ = static_cast<std::uint64_t>(state.st_size);
  try {
    using namespace boost::interprocess;
    mapped_ = mapped_region(file_mapping(path.c_str(), read_only), read_only, 0,
                            static_cast<std::size_t>(state.st_size));
    mapped_.advise(mapped_region::advice_sequential);
  } catch (const boost::interprocess::interprocess_exception& e) {
    throw failure(exit_status::failure, name_ + ": " + e.what());
  }
}

bool text_source::next() {
  lines_before_ +=
      static_cast<std::uint64_t>(std::ranges::count(window_, '\n'));
  if (!mapped_.get_address()) return read_window();
  if (ended_) return false;
  ended_ = true;
  window_ = {static_cast<const char*>(mapped_.get_address()),
             mapped_.get_size()};
  return true;
}

std::uint64_t text_source::line_of(const char* position) const {
  return lines_before_ + 1 +
         static_cast<std::uint64_t>(std::count(window_.data(), position, '\n'));
}

bool text_source::read_window() {
  held_ -= taken_;
  // Before the first window there is no buffer to move in.
  if (held_ != 0) std::memmove(buffer_.get(), buffer_.get() + taken_, held_);
  taken_ = 0;
  auto deadline = clock::time_point::max();
  while (!ended_) {
    if (taken_ != 0 &&
        (held_ >= window_bytes || !readable_until(fd_, deadline))) {
      break;
    }
    const std::size_t before = held_;
    if (!read_some()) break;
    if (taken_ == 0) deadline = clock::now() + window_time;
    const std::size_t lines =
        whole_lines({buffer_.get() + before, held_ - before});
    if (lines != 0) taken_ = before + lines;
  }
  if (ended_) taken_ = held_;
  window_ = {buffer_.get(), taken_};
  return taken_ != 0;
}

bool text_source::read_some() {
  if (held_ == capacity_) grow();
  for (;;) {
    const ssize_t got = ::read(fd_, buffer_.get() + held_, capacity_ - held_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(name_, errno);
    ended_ = got == 0;
    held_ += static_cast<std::size_t>(got);
    return !ended_;
  }
}

void text_source::grow() {
  const std::size_t larger = capacity_ ? 2 * capacity_ : first_capacity;
  auto buffer = std::make_unique_for_overwrite<char[]>(larger);
  if (held_) std::memcpy(buffer.get(), buffer_.get(), held_);
  buffer_ = std::move(buffer);
  capacity_ = larger;
}

std::vector<std::string_view> split_at_lines(std::string_view text,
                                             unsigned count) {
  std::vector<std::string_view> slices;
  for (unsigned left = count; left > 0 && !text.empty(); --left) {
    const std::size_t newline = left == 1 ? std::string_view::npos
                                          : text.find('\n', text.size() / left);
    const std::size_t size =
        newline == std::string_view::npos ? text.size() : newline + 1;
    slices.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return slices;
}

}  // namespace telar::cli
