// Feeding libcsv line by line.
#include "frame/csv_rows.hpp"

#include <csv.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "error/raise.hpp"

namespace telar::detail {
namespace {

/// What the callbacks of C know.  No exception may pass through the parser, so
/// the first is kept.
struct reading {
  const std::function<void(const csv_row&)>& use;
  csv_row row;
  std::exception_ptr failed;
};

void on_field(void* text, std::size_t size, void* context) noexcept {
  auto& now = *static_cast<reading*>(context);
  try {
    now.row.fields.emplace_back(static_cast<const char*>(text), size);
  } catch (...) {
    now.failed = std::current_exception();
  }
}

void on_row(int, void* context) noexcept {
  auto& now = *static_cast<reading*>(context);
  try {
    if (!now.failed) now.use(now.row);
  } catch (...) {
    now.failed = std::current_exception();
  }
  now.row.fields.clear();
}

int no_space(unsigned char) { return 0; }

class parser {
 public:
  explicit parser(char delimiter) {
    if (::csv_init(&state_, CSV_STRICT | CSV_STRICT_FINI) != 0) {
      raise(errc::no_space, "there is no memory for a CSV parser.");
    }
    ::csv_set_delim(&state_, static_cast<unsigned char>(delimiter));
    ::csv_set_space_func(&state_, no_space);  // spaces belong to the fields
  }
  ~parser() { ::csv_free(&state_); }
  parser(const parser&) = delete;

  /// False: a quote where none may be.
  bool feed(const std::string& text, reading& now) {
    return ::csv_parse(&state_, text.data(), text.size(), on_field, on_row,
                       &now) == text.size();
  }
  /// False: a quote was not closed.
  bool finish(reading& now) {
    return ::csv_fini(&state_, on_field, on_row, &now) == 0;
  }

 private:
  csv_parser state_{};
};

std::ifstream opened(const std::string& path) {
  std::error_code unknown;
  const auto what = std::filesystem::status(path, unknown);
  if (std::filesystem::exists(what) &&
      !std::filesystem::is_regular_file(what)) {
    raise(errc::bad_argument,
          path +
              " is no regular file, which can be read twice.  Copy what it "
              "gives into one.");
  }
  std::ifstream file(path, std::ios::binary);
  if (file) return file;
  if (errno == ENOENT) raise(errc::not_found, "there is no file " + path + ".");
  raise_system(errno, "cannot read " + path);
}

}  // namespace

void for_each_csv_row(const std::string& path, char delimiter,
                      const std::function<void(const csv_row&)>& use) {
  require_delimiter(delimiter);
  std::ifstream file = opened(path);
  parser rules(delimiter);
  reading now{use, {}, {}};
  std::uint64_t last_whole = 0;
  std::string line;
  while (std::getline(file, line)) {
    if (++now.row.line == 1 && line.starts_with("\xef\xbb\xbf")) {
      line.erase(0, 3);  // a byte-order mark
    }
    line += '\n';
    if (!rules.feed(line, now)) {
      fail_csv(path, now.row.line,
               "a quote inside a field.  Put the field in quotes, and double "
               "those inside.");
    }
    if (now.failed) std::rethrow_exception(now.failed);
    if (now.row.fields.empty()) last_whole = now.row.line;
  }
  if (file.bad()) raise_system(errno, "cannot read " + path);
  if (!rules.finish(now)) {
    fail_csv(path, now.row.line,
             "the file ends inside a quoted field, which began after line " +
                 std::to_string(last_whole) + " or in it.");
  }
  if (now.failed) std::rethrow_exception(now.failed);
}

void require_delimiter(char delimiter) {
  constexpr std::string_view reserved("\"\n\r\0", 4);
  if (reserved.find(delimiter) == std::string_view::npos) return;
  raise(errc::bad_argument,
        "fields of CSV cannot be separated by a quote, a line end or zero.  "
        "Take a comma, a semicolon, a tab.");
}

void fail_csv(const std::string& path, std::uint64_t line,
              const std::string& what) {
  raise(errc::bad_argument, path + ":" + std::to_string(line) + ": " + what);
}

}  // namespace telar::detail
