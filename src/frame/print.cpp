// Tables as text, in the form that pandas gives them.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ostream>

#include <telar/frame.hpp>

#include "frame/blocks.hpp"

namespace telar {
namespace {

using detail::ends;
using detail::lines;
using detail::range;
using detail::shown_rows;

shown_rows choose(std::uint64_t rows, std::uint64_t most) {
  if (most == 0 || rows <= most) return {range(0, rows)};
  if (most == 1) return {range(0, 1), 1, true};
  const std::uint64_t half = std::min<std::uint64_t>(most, 10) / 2;
  return {ends(rows, half), half, true};
}

std::string list(const lines& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return "[" + text + "]";
}

std::string without_cells(const std::vector<column_ref>& columns,
                          const shown_rows& shown, std::uint64_t rows) {
  constexpr std::uint64_t most = 100;
  lines names;
  for (const column_ref& one : columns) names.push_back(one.name());
  lines numbers;
  for (const std::uint64_t row :
       shown.gap ? range(0, std::min(rows, most + 1)) : shown.rows) {
    if (numbers.size() == most) {
      numbers.emplace_back("...");
      break;
    }
    numbers.push_back(std::to_string(row));
  }
  return "Empty DataFrame\nColumns: " + list(names) +
         "\nIndex: " + list(numbers);
}

std::string render(const frame& table, const shown_rows& shown,
                   std::uint64_t rows, std::size_t width) {
  std::vector<column_ref> columns;
  for (const column_info& one : table.columns()) {
    columns.push_back(table[one.name]);
  }
  std::string text;
  bool cut = shown.gap;
  if (columns.empty() || shown.rows.empty()) {
    text = without_cells(columns, shown, rows);
  } else {
    const detail::fitted all = detail::fit(width, columns, shown);
    text = detail::joined(all.blocks);
    cut = cut || !all.all_columns;
  }
  if (!cut) return text;
  return text + "\n\n[" + std::to_string(rows) + " rows x " +
         std::to_string(columns.size()) + " columns]";
}

/// As pandas finds it: $COLUMNS, the terminal's, or 80.
std::size_t terminal_width() {
  if (const char* said = std::getenv("COLUMNS")) {
    std::size_t columns = 0;
    std::from_chars(said, said + std::strlen(said), columns);
    if (columns != 0) return columns;
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
    return size.ws_col;
  }
  return 80;
}

}  // namespace

std::string frame::text(std::uint64_t most, std::size_t width) const {
  const std::uint64_t now = rows();
  return render(*this, choose(now, most), now, width);
}

std::string frame::head(std::uint64_t count, std::size_t width) const {
  const std::uint64_t now = rows();
  return render(*this, {range(0, std::min(count, now))}, now, width);
}

std::string frame::tail(std::uint64_t count, std::size_t width) const {
  const std::uint64_t now = rows();
  return render(*this, {range(now - std::min(count, now), now)}, now, width);
}

std::ostream& operator<<(std::ostream& out, const frame& table) {
  return out << table.text(60, terminal_width());
}

}  // namespace telar
