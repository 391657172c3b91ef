// cli/import_text.hpp: the text to be imported: a mapped file, or a stream in
// windows.
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace telar::cli {

/// A file, or standard input, as a sequence of windows of whole lines.
///
/// A regular file is mapped and is one window.  Everything else is read into
/// memory, and a window is what arrives in a fifth of a second, 32 MiB at most
/// unless a line is longer: what a slow writer has written is imported soon.
class text_source {
 public:
  /// Opens a path, or standard input for "-".  Throws `failure`.
  explicit text_source(const std::string& path);
  text_source(text_source&&) = delete;
  ~text_source();

  /// Moves on to the next window; false at the end.  Throws `failure`.
  bool next();

  /// Whole lines; the last line of all may lack its newline.
  [[nodiscard]] std::string_view window() const noexcept { return window_; }

  /// The number of the line, from 1, in which this byte of the window lies.
  [[nodiscard]] std::uint64_t line_of(const char* position) const;

  /// The path, as messages name it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Bytes in all, if that is known.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept {
    return size_;
  }

 private:
  void open_file(const std::string& path);
  bool read_window();
  bool read_some();
  void grow();

  std::string name_;
  std::optional<std::uint64_t> size_;
  boost::interprocess::mapped_region mapped_;
  std::string_view window_;
  std::uint64_t lines_before_ = 0;
  int fd_ = -1;
  bool ended_ = false;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t held_ = 0;   ///< Bytes in the buffer.
  std::size_t taken_ = 0;  ///< Of them, those of the window.
};

/// Cuts text at newlines into at most `count` slices of about the same size.
[[nodiscard]] std::vector<std::string_view> split_at_lines(
    std::string_view text, unsigned count);

}  // namespace telar::cli
