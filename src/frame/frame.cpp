// Tables: making, opening, rows and columns.
#include <telar/frame.hpp>

#include "error/raise.hpp"
#include "frame/cells.hpp"
#include "frame/directory.hpp"
#include "frame/text.hpp"

namespace telar {
namespace {

detail::directory columns_of(const graph& g) {
  return detail::directory(detail::core::shared(g));
}

}  // namespace

frame::frame(const graph& of)
    : graph_(detail::core::handle_to(detail::core::shared(of))) {}

frame frame::create(const location& where, const frame_options& options) {
  graph_options what;
  what.kind = graph_kind::directed;
  what.reserve = options.reserve;
  what.limit = options.limit;
  what.mode = options.mode;
  return frame(graph::create(where, what));
}

frame frame::open(const location& where) {
  frame opened(graph::open(where));
  columns_of(opened.graph_).recover();
  return opened;
}

bool frame::remove(const location& where) { return graph::remove(where); }

std::uint64_t frame::append_rows(std::uint64_t count) {
  const detail::directory all = columns_of(graph_);
  // Before the rows are there: so that a full segment refuses them.
  all.commit(rows() + count);
  const std::uint64_t first = graph_.add_vertices(count);
  all.commit(first + count);
  return first;
}

std::vector<column_info> frame::columns() const {
  return columns_of(graph_).list();
}

bool frame::has(std::string_view column) const {
  return columns_of(graph_).find(column).has_value();
}

column_ref frame::operator[](std::string_view name) const {
  return column_ref(columns_of(graph_).at(name));
}

detail::column_access frame::typed(std::string_view name,
                                   column_type type) const {
  detail::column_access found = columns_of(graph_).at(name);
  if (found.type == type) return found;
  detail::raise(errc::bad_argument,
                this->name() + ": column " + std::string(name) + " holds " +
                    std::string(to_string(found.type)) + ", not " +
                    std::string(to_string(type)) + ".");
}

detail::column_access frame::add(std::string_view name, column_type type,
                                 const fill& filled) {
  return columns_of(graph_).add(name, type,
                                [&](const detail::column_access& made) {
                                  made.commit(rows());
                                  filled(made);
                                });
}

detail::column_access frame::add(std::string_view name, column_type type,
                                 const cell_value* initial) {
  return add(name, type, [&](const detail::column_access& made) {
    if (detail::is_zero(*initial)) return;  // fresh memory is
    // Until no row was appended meanwhile.
    std::uint64_t filled = 0;
    for (std::uint64_t now; (now = made.rows()) > filled; filled = now) {
      detail::store_range(made, filled, now, *initial);
    }
  });
}

bool frame::drop_column(std::string_view name) {
  return columns_of(graph_).drop(name);
}

void frame::pack(std::string_view name) {
  detail::directory all = columns_of(graph_);
  const detail::column_access old = all.at(name);
  if (old.type != column_type::string) return;
  all.replace(old, [&](const detail::column_access& made) {
    const std::uint64_t count = old.rows();
    made.commit(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string_view text = old.load_text(i);
      if (!text.empty()) made.store_text(i, text);
    }
  });
}

void frame::require_rows(std::uint64_t count) const {
  if (count == rows()) return;
  detail::raise(errc::bad_argument, name() + " has " + std::to_string(rows()) +
                                        " rows, not " + std::to_string(count) +
                                        ": a column has one value for each.");
}

}  // namespace telar
