// Tables as text, in the form that pandas gives them.
#include <algorithm>
#include <ostream>

#include <telar/frame.hpp>

#include "frame/format.hpp"

namespace telar {
namespace {

using lines = std::vector<std::string>;

/// Which rows are shown; after `before_gap` of them comes the gap, if any.
struct shown_rows {
  std::vector<std::uint64_t> rows;
  std::uint64_t before_gap = 0;
  bool gap = false;
};

shown_rows range_of(std::uint64_t begin, std::uint64_t end) {
  shown_rows shown;
  for (std::uint64_t i = begin; i < end; ++i) shown.rows.push_back(i);
  return shown;
}

shown_rows choose(std::uint64_t rows, std::uint64_t most) {
  if (rows <= most) return range_of(0, rows);
  const std::uint64_t half = std::min<std::uint64_t>(5, (most + 1) / 2);
  shown_rows shown = range_of(0, half);
  for (std::uint64_t i = rows - half; i < rows; ++i) shown.rows.push_back(i);
  shown.before_gap = half;
  shown.gap = true;
  return shown;
}

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::size_t length = detail::characters(text);
  const std::string space(width - std::min(width, length), ' ');
  return left ? text + space : space + text;
}

/// Makes all lines of a column equally long, and marks the gap.
void align(lines& column, const shown_rows& shown, bool left) {
  std::size_t width = 0;
  for (const std::string& cell : column) {
    width = std::max(width, detail::characters(cell));
  }
  for (std::string& cell : column) cell = padded(cell, width, left);
  if (shown.gap) {
    const std::string dots = padded(width > 3 ? "..." : "..", width, left);
    column.insert(
        column.begin() + 1 + static_cast<std::ptrdiff_t>(shown.before_gap),
        dots);
  }
}

std::string without_columns(const frame& table) {
  std::string text = "Empty DataFrame\nColumns: [";
  const auto columns = table.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text += (i == 0 ? "" : ", ") + columns[i].name;
  }
  text += "]\nIndex: [";
  const std::uint64_t rows = columns.empty() ? table.rows() : 0;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(rows, 10); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(i);
  }
  return text + (rows > 10 ? ", ...]" : "]");
}

std::string render(const frame& table, const shown_rows& shown) {
  const auto columns = table.columns();
  if (columns.empty() || shown.rows.empty()) return without_columns(table);
  std::vector<lines> all(1);
  all[0].emplace_back();
  for (const std::uint64_t row : shown.rows) {
    all[0].push_back(std::to_string(row));
  }
  align(all[0], shown, true);
  for (const column_info& one : columns) {
    lines cells = detail::format_cells(table[one.name], shown.rows);
    // Beside numbers there is room for a sign.
    const bool text = one.type == column_type::string;
    cells.insert(cells.begin(), (text ? "" : " ") + one.name);
    align(cells, shown, false);
    all.push_back(std::move(cells));
  }
  std::string out;
  for (std::size_t line = 0; line < all[0].size(); ++line) {
    if (line != 0) out += '\n';
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += (i == 0 ? "" : " ") + all[i][line];
    }
  }
  if (shown.gap) {
    out += "\n\n[" + std::to_string(table.rows()) + " rows x " +
           std::to_string(columns.size()) + " columns]";
  }
  return out;
}

}  // namespace

std::string frame::text(std::uint64_t most) const {
  return render(*this, choose(rows(), most));
}

std::string frame::head(std::uint64_t count) const {
  return render(*this, range_of(0, std::min(count, rows())));
}

std::string frame::tail(std::uint64_t count) const {
  const std::uint64_t now = rows();
  return render(*this, range_of(now - std::min(count, now), now));
}

std::ostream& operator<<(std::ostream& out, const frame& table) {
  return out << table.text();
}

}  // namespace telar
