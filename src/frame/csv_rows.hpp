// frame/csv_rows.hpp: the rows of a CSV file.  libcsv parses, this counts
// lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <telar/frame/csv.hpp>

namespace telar::detail {

struct csv_row {
  std::vector<std::string> fields;
  std::uint64_t line = 0;  ///< The one on which it ends.
};

/// Calls `use` for each row but blank ones.  Throws as `read_csv`, and what
/// `use` throws.
void for_each_csv_row(const std::string& path, char delimiter,
                      const std::function<void(const csv_row&)>& use);

/// Throws `bad_argument` for a quote, a line end or zero.
void require_delimiter(char delimiter);

[[noreturn]] void fail_csv(const std::string& path, std::uint64_t line,
                           const std::string& what);

}  // namespace telar::detail
