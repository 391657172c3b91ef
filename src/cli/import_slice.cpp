// cli/import_slice.cpp: the loop over lines.
#include "cli/import_slice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "cli/numbers.hpp"
#include "cli/weights.hpp"

namespace telar::cli {
namespace {

constexpr std::size_t batch_edges = 4096;
constexpr std::uint64_t lines_between_looks = 1024;
constexpr std::size_t longest_key = 65535;

/// A field as messages show it: short, and harmless to a terminal.
std::string shown(std::string_view field) {
  std::string text(field.substr(0, 40));
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return "'" + text + (field.size() > 40 ? "…'" : "'");
}

/// A vertex as its line names it.
struct vertex_field {
  std::uint64_t number = 0;
  std::string_view text;
};

vertex_field read_vertex(key_kind keys, std::string_view field) {
  if (field.empty()) throw malformed_line("a field is empty");
  if (keys == key_kind::string) {
    if (field.size() <= longest_key) return {.text = field};
    throw malformed_line(fmt::format("a key of {} bytes: {} is the most",
                                     field.size(), longest_key));
  }
  const auto number = parse_id(field);
  if (!number) {
    throw malformed_line(shown(field) + " is no number from 0 to 2^64 - 1");
  }
  if (keys == key_kind::none && *number >= no_vertex) {
    throw malformed_line(
        fmt::format("{} is no vertex: without keys they are numbered up to {}",
                    *number, no_vertex - 1));
  }
  return {.number = *number, .text = field};
}

/// Another worker failed, and has said so.
struct stopped {};

/// `Weight`: `unweighted`, `float` or `double`.
template <typename Weight>
class slice_importer {
 public:
  slice_importer(graph& g, const line_rules& rules, std::string_view window,
                 worker_tally& tally, import_notes& notes)
      : g_(g), rules_(rules), window_(window), tally_(tally), notes_(notes) {
    edges_.reserve(batch_edges);
    if constexpr (weighted) weights_.reserve(batch_edges);
  }

  void run(std::string_view slice) {
    std::uint64_t lines = 0;
    std::uint64_t seen = 0;
    for (std::string_view rest = slice; !rest.empty();) {
      const std::size_t newline = rest.find('\n');
      const std::string_view line = rest.substr(0, newline);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      try {
        read(content_of(line));
      } catch (const malformed_line& problem) {
        if (!note_malformed(line, problem)) return;
      }
      if (++lines % lines_between_looks != 0) continue;
      if (told_to_stop(line)) return;
      tally_.bytes.fetch_add(slice.size() - rest.size() - seen);
      seen = slice.size() - rest.size();
    }
    flush();
    tally_.bytes.fetch_add(slice.size() - seen);
  }

 private:
  static constexpr bool weighted = !std::is_same_v<Weight, unweighted>;

  std::uint64_t offset_of(std::string_view line) const {
    return static_cast<std::uint64_t>(line.data() - window_.data());
  }

  bool told_to_stop(std::string_view line) const {
    return notes_.stop_at.load(std::memory_order_relaxed) < offset_of(line);
  }

  /// Whether to go on.
  bool note_malformed(std::string_view line, const malformed_line& problem) {
    incident& where = rules_.skip_bad ? tally_.first_skipped : tally_.failed;
    if (!rules_.skip_bad) flush();
    if (!where.happened()) {
      where.record(offset_of(line), true, errc::bad_argument, problem.what());
    }
    if (rules_.skip_bad) {
      tally_.skipped.fetch_add(1, std::memory_order_relaxed);
    } else {
      notes_.stop_at_or_before(offset_of(line));
    }
    return rules_.skip_bad;
  }

  void read(std::string_view content) {
    if (content.empty()) return;
    if (rules_.vertices_only) {
      read_key(content);
    } else {
      fields_.split(content, rules_.between);
      read_edge();
    }
    if (edges_.size() == batch_edges) flush();
  }

  void read_key(std::string_view content) {
    std::string_view field = content;
    if (rules_.between == separator::comma ||
        rules_.between == separator::tab) {
      fields_.split(content, rules_.between);
      require_at_most(1);
      field = fields_[0];
    }
    (void)vertex_of(read_vertex(g_.keys(), field));
  }

  void read_edge() {
    if (fields_.size() < 2) {
      throw malformed_line("one field, where an edge needs two");
    }
    require_at_most(weighted ? 3 : 2);
    const vertex_field source = read_vertex(g_.keys(), fields_[0]);
    const vertex_field target = read_vertex(g_.keys(), fields_[1]);
    // A line is judged whole before it changes anything.
    if constexpr (weighted) weights_.push_back(read_weight());
    edges_.push_back({source_of(source), vertex_of(target)});
  }

  void require_at_most(std::size_t fields) const {
    if (fields_.size() <= fields || rules_.ignore_extra) return;
    throw malformed_line(
        fmt::format("more than {} (--ignore-extra passes over the others)",
                    fields == 1   ? "one field"
                    : fields == 2 ? "two fields"
                                  : "three fields"));
  }

  Weight read_weight() const {
    if (fields_.size() < 3) return Weight{1};
    if (const auto weight = parse_weight<Weight>(fields_[2])) return *weight;
    throw malformed_line(shown(fields_[2]) + " is no weight");
  }

  /// Edge lists are often sorted by source, which then is looked up once.
  vertex_id source_of(const vertex_field& field) {
    if (g_.keys() != key_kind::u64) return vertex_of(field);
    if (!has_last_ || last_number_ != field.number) {
      last_vertex_ = vertex_of(field);
      last_number_ = field.number;
      has_last_ = true;
    }
    return last_vertex_;
  }

  vertex_id vertex_of(const vertex_field& field) {
    switch (g_.keys()) {
      case key_kind::string:
        return g_.vertex(field.text);
      case key_kind::u64:
        return g_.vertex(field.number);
      case key_kind::none:
        break;
    }
    wanted_vertices_ = std::max(wanted_vertices_, field.number + 1);
    return static_cast<vertex_id>(field.number);
  }

  void flush() {
    if (wanted_vertices_ > g_.vertex_count()) g_.grow_to(wanted_vertices_);
    if (edges_.empty()) return;
    std::uint64_t added = 0;
    if constexpr (weighted) {
      added = g_.add_edges(edges_, std::span<const Weight>(weights_));
      weights_.clear();
    } else {
      added = g_.add_edges(edges_);
    }
    tally_.edges_read.fetch_add(edges_.size(), std::memory_order_relaxed);
    tally_.edges_added.fetch_add(added, std::memory_order_relaxed);
    edges_.clear();
  }

  graph& g_;
  const line_rules& rules_;
  std::string_view window_;
  worker_tally& tally_;
  import_notes& notes_;
  line_fields fields_;
  std::vector<endpoints> edges_;
  std::vector<Weight> weights_;  ///< As long as `edges_`, if weighted.
  std::uint64_t wanted_vertices_ = 0;
  std::uint64_t last_number_ = 0;
  vertex_id last_vertex_ = no_vertex;
  bool has_last_ = false;
};

}  // namespace

void import_slice(graph& g, const line_rules& rules, std::string_view window,
                  std::string_view slice, worker_tally& tally,
                  import_notes& notes) noexcept {
  const auto fail = [&](errc code, const char* what) {
    tally.failed.record(nowhere, false, code, what);
    notes.stop_at_or_before(0);
  };
  try {
    visit_weight(g, [&](auto weight) {
      slice_importer<decltype(weight)>(g, rules, window, tally, notes)
          .run(slice);
    });
  } catch (const stopped&) {
    return;
  } catch (const error& e) {
    fail(e.code(), e.what());
  } catch (const std::exception& e) {
    fail(errc::system, e.what());
  }
}

bool begins_with_number(std::string_view line, separator between) {
  line_fields fields;
  fields.split(content_of(line), between);
  return fields.size() > 0 && parse_id(fields[0]).has_value();
}

}  // namespace telar::cli
