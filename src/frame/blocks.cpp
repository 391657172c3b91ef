// Columns of a printed table: aligned, and as many as fit.
#include "frame/blocks.hpp"

#include <algorithm>
#include <numeric>

#include "frame/format.hpp"

namespace telar::detail {

indices range(std::uint64_t begin, std::uint64_t end) {
  indices all(end - begin);
  std::iota(all.begin(), all.end(), begin);
  return all;
}

/// The first and the last `half` of `count`.
indices ends(std::uint64_t count, std::uint64_t half) {
  indices both = range(0, half);
  const indices last = range(count - half, count);
  both.insert(both.end(), last.begin(), last.end());
  return both;
}

namespace {

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::size_t length = characters(text);
  const std::string space(width - std::min(width, length), ' ');
  return left ? text + space : space + text;
}

std::size_t longest(const lines& texts) {
  std::size_t most = 0;
  for (const std::string& text : texts) {
    most = std::max(most, characters(text));
  }
  return most;
}

/// Cells are as wide as the widest, or as their name as far as texts may go;
/// what a longer name or the dots need besides is at the right.
block aligned(const std::string& name, lines cells, const shown_rows& shown,
              bool left) {
  const std::size_t header = characters(name);
  const std::size_t width =
      std::max(longest(cells), std::min(header, widest_text));
  for (std::string& cell : cells) cell = padded(cell, width, left);
  if (shown.gap) {
    cells.insert(cells.begin() + static_cast<std::ptrdiff_t>(shown.before_gap),
                 padded(width > 3 ? "..." : "..", width, left));
  }
  cells.insert(cells.begin(), padded(name, width, left));
  const std::size_t all = longest(cells);
  for (std::string& line : cells) line = padded(line, all, true);
  return {std::move(cells), all};
}

block index_block(const shown_rows& shown) {
  lines numbers;
  for (const std::uint64_t row : shown.rows) {
    numbers.push_back(std::to_string(row));
  }
  return aligned("", std::move(numbers), shown, true);
}

block column_block(const column_ref& column, const shown_rows& shown) {
  // Beside numbers there is room for a sign.
  const bool text = column.type() == column_type::string;
  return aligned((text ? "" : " ") + on_one_line(column.name()),
                 format_cells(column, shown.rows), shown, false);
}

block dots(const shown_rows& shown) {
  return {lines(shown.rows.size() + (shown.gap ? 2 : 1), " ..."), 4};
}

/// How many blocks fit besides the first, if pandas' way is followed: they are
/// taken from the middle until lines are shorter than `width`; two remain.
std::size_t fitting(const std::vector<block>& all, std::size_t width) {
  std::vector<std::size_t> widths;
  for (const block& one : all) widths.push_back(one.width);
  std::size_t length =
      std::accumulate(widths.begin(), widths.end(), widths.size() - 1);
  while (length >= width && widths.size() > 1) {
    std::size_t middle = widths.size() / 2;
    // The half of an odd number is rounded to an even one.
    if (widths.size() % 4 == 3) ++middle;
    length -= widths[middle] + 1;
    widths.erase(widths.begin() + static_cast<std::ptrdiff_t>(middle));
  }
  return std::max<std::size_t>(widths.size() - 1, 2);
}

/// The index, the first and the last columns, and dots if some are left out.
std::vector<block> blocks_of(const std::vector<column_ref>& columns,
                             const shown_rows& shown, std::size_t most) {
  const bool all_of_them = columns.size() <= most;
  const std::size_t half = most / 2;
  std::vector<block> all{index_block(shown)};
  for (const std::uint64_t i :
       all_of_them ? range(0, columns.size()) : ends(columns.size(), half)) {
    if (!all_of_them && all.size() == half + 1) all.push_back(dots(shown));
    all.push_back(column_block(columns[i], shown));
  }
  return all;
}

}  // namespace

fitted fit(std::size_t width, const std::vector<column_ref>& columns,
           const shown_rows& shown) {
  if (width == 0) return {blocks_of(columns, shown, columns.size())};
  // As many as there are characters, to begin with.
  auto all = blocks_of(columns, shown, std::max<std::size_t>(width, 2));
  const std::size_t most = fitting(all, width);
  if (most >= columns.size()) return {std::move(all)};
  return {blocks_of(columns, shown, most), false};
}

std::string joined(const std::vector<block>& all) {
  std::string out;
  for (std::size_t line = 0; line < all[0].text.size(); ++line) {
    if (line != 0) out += '\n';
    for (const block& one : all) {
      if (&one != &all[0]) out += ' ';
      out += one.text[line];
    }
  }
  return out;
}

}  // namespace telar::detail
