// cli/importer.cpp: windows of text to teams of workers, and what became of
// them.
#include "cli/importer.hpp"

#include <fmt/format.h>

#include "cli/exit_status.hpp"
#include "cli/weights.hpp"

namespace telar::cli {
namespace {

separator separator_of(const text_source& text) {
  if (text.name().ends_with(".csv")) return separator::comma;
  if (text.name().ends_with(".tsv")) return separator::tab;
  return separator::any;
}

/// Takes the first line that is no comment off the front, and those before it.
std::string_view take_first_line(std::string_view& rest) {
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!content_of(line).empty()) return line;
  }
  return {};
}

/// The text after the byte order mark and the header, if it has them.
std::string_view body_of(std::string_view window, const text_source& text,
                         const import_plan& plan, separator between,
                         key_kind keys) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (window.starts_with(byte_order_mark)) {
    window.remove_prefix(byte_order_mark.size());
  }
  std::string_view rest = window;
  const std::string_view first = take_first_line(rest);
  if (plan.header) return rest;
  const bool names_columns = text.name().ends_with(".csv") &&
                             keys != key_kind::string && !first.empty() &&
                             !begins_with_number(first, between);
  return names_columns ? rest : window;
}

std::string at_line(const text_source& text, const incident& what) {
  return fmt::format("{}:{}: {}", text.name(),
                     text.line_of(text.window().data() + what.at),
                     what.message);
}

}  // namespace

importer::importer(graph& g, const import_plan& plan)
    : graph_(g), plan_(plan), board_(plan.workers) {
  visit_weight(g, [](auto) {});
  stay_attached();
}

/// Puts this thread on the graph's list, so that it is seen to be in use while
/// no worker is, waiting for input.  Whoever reads is on it.
void importer::stay_attached() const {
  if (graph_.vertex_count() == 0) return;
  (void)graph_.neighbors(0);
  graph_.refresh();
}

void importer::run(text_source& text, bool vertices_only) {
  const line_rules rules{.between = plan_.between.value_or(separator_of(text)),
                         .vertices_only = vertices_only,
                         .ignore_extra = plan_.ignore_extra,
                         .skip_bad = plan_.skip_bad};
  for (worker_tally& tally : board_.tallies()) tally.bytes = 0;
  bool first = true;
  while (text.next()) {
    std::string_view window = text.window();
    if (first) {
      window = body_of(window, text, plan_, rules.between, graph_.keys());
    }
    first = false;
    run_window(text, window, rules);
  }
}

void importer::run_window(text_source& text, std::string_view window,
                          const line_rules& rules) {
  const auto slices = split_at_lines(window, plan_.workers);
  const team_work work{
      .share =
          [&](unsigned i) {
            import_slice(graph_, rules, text.window(), slices[i],
                         board_.tallies()[i], board_.notes());
          },
      .tick =
          [&] {
            progress_.show(text.name(), board_.sum(&worker_tally::bytes),
                           text.size(), edges_read());
          },
      .on_death = [&] { board_.notes().stop_at_or_before(0); }};
  run_team(plan_.how, static_cast<unsigned>(slices.size()), work);
  collect(text);
  stay_attached();
}

void importer::collect(const text_source& text) {
  incident* first_failed = nullptr;
  incident* first_skipped = nullptr;
  const auto keep_first = [](incident*& first, incident& other) {
    if (other.happened() && (!first || other.at < first->at)) first = &other;
  };
  for (worker_tally& tally : board_.tallies()) {
    keep_first(first_failed, tally.failed);
    keep_first(first_skipped, tally.first_skipped);
  }
  if (first_skipped) {
    if (first_skipped_.empty()) first_skipped_ = at_line(text, *first_skipped);
    for (worker_tally& tally : board_.tallies()) tally.first_skipped = {};
  }
  if (!first_failed) return;
  if (first_failed->malformed) {
    throw failure(exit_status::failure, at_line(text, *first_failed));
  }
  throw error(first_failed->code, text.name() + ": " + first_failed->message);
}

}  // namespace telar::cli
