// tests/support/segment_name.hpp: names for what a test creates (segments,
// files, folders), which remove it again.
//
// Each name holds the pid and a counter, so tests can run beside each other.
// What it names is removed at construction and at destruction, also when the
// test case fails, and by main.cpp when it dies by a signal that Catch handles.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>

#include <unistd.h>

#include <telar/options.hpp>

namespace telar::test {

/// The name of a shared segment: `const segment_name name("orphan");`, then
/// `graph::create(name, …)`.
class segment_name {
 public:
  explicit segment_name(std::string_view what);
  /// Removes the segment, unless this is a forked copy of the name.
  ~segment_name();
  segment_name(const segment_name&) = delete;
  segment_name& operator=(const segment_name&) = delete;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  operator telar::location() const { return {text_}; }  // NOLINT: on purpose

 private:
  std::string text_;
  pid_t owner_;
};

/// The path of a file that does not exist yet, in the folder for temporary
/// files.
class temporary_file {
 public:
  explicit temporary_file(std::string_view what);
  ~temporary_file();
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string text() const { return path_.string(); }
  operator telar::location() const { return {text()}; }  // NOLINT: on purpose

 private:
  std::filesystem::path path_;
  pid_t owner_;
};

/// A new, empty folder, which goes with all that is in it.
class temporary_folder {
 public:
  explicit temporary_folder(std::string_view what);
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  pid_t owner_;
};

/// How many files, and folders, there are in one.
[[nodiscard]] inline std::ptrdiff_t files_in(
    const std::filesystem::path& folder) {
  const auto files = std::filesystem::directory_iterator(folder);
  return std::distance(begin(files), end(files));
}

/// Removes what names of this process that are still alive stand for: for a
/// process that ends without unwinding its stack.  No effect in a forked child.
void remove_what_is_left() noexcept;

}  // namespace telar::test
