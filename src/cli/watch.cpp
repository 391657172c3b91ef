// cli/watch.cpp: `telar watch`.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include <telar/changes.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/line_output.hpp"
#include "cli/output.hpp"
#include "cli/vertex_name.hpp"
#include "cli/weights.hpp"

namespace telar::cli {
namespace {

struct watch_arguments {
  std::string name;
  std::optional<std::uint64_t> since;
  bool snapshot = false;
  bool once = false;
};

class watcher {
 public:
  explicit watcher(const watch_arguments& given)
      : given_(given),
        graph_(graph::open(given.name)),
        feed_(graph_.changes(given.since.value_or(graph_.last_change()))) {}

  exit_status run() {
    if (given_.snapshot) begin_with_snapshot();
    constexpr std::chrono::milliseconds shortest{1};
    constexpr std::chrono::milliseconds longest{32};
    auto pause = shortest;
    for (change c; out_.is_wanted();) {
      switch (feed_.next(c)) {
        case feed_outcome::change:
          print(c);
          pause = shortest;
          break;
        case feed_outcome::nothing:
          out_.flush();
          if (given_.once) return exit_status::ok;
          out_.wait(pause);
          pause = std::min(2 * pause, longest);
          break;
        case feed_outcome::behind:
          if (!fall_behind()) return exit_status::failure;
      }
    }
    out_.flush();
    return exit_status::ok;
  }

 private:
  void begin_with_snapshot() {
    following at = graph_.follow();
    feed_ = std::move(at.changes);
    const snapshot& start = at.start;
    print({{"change", "snapshot"},
           {"seq", feed_.last()},
           {"vertices", start.vertex_count()},
           {"edges", start.edge_count()}});
    if (graph_.keys() == key_kind::none && start.vertex_count() != 0) {
      print({{"change", "add_vertices"},
             {"vertex", 0},
             {"count", start.vertex_count()}});
    }
    for (std::uint64_t i = 0; i < start.vertex_count(); ++i) {
      print_vertex(start, static_cast<vertex_id>(i));
    }
    start.for_each_edge([&](const edge& e) {
      json line{{"change", "add_edge"},
                {"u", name_as_json(graph_, e.source)},
                {"v", name_as_json(graph_, e.target)}};
      add_weight(line, start, e);
      print(line);
    });
  }

  void print_vertex(const snapshot& start, vertex_id v) {
    const bool removed = start.removal_had_begun(v);
    if (!removed && graph_.keys() == key_kind::none) return;
    const char* what = removed ? "remove_vertex" : "add_vertices";
    json line{{"change", what}, {"vertex", name_as_json(graph_, v)}};
    if (!removed) line["count"] = 1;
    print(line);
  }

  void add_weight(json& line, const snapshot& start, const edge& e) const {
    visit_weight(graph_, [&](auto weight) {
      using type = decltype(weight);
      if constexpr (!std::is_same_v<type, unweighted>) {
        line["weight"] = start.payload<type>(e);
      }
    });
  }

  void print(const change& c) {
    json line{{"seq", c.number}, {"change", to_string(c.kind)}};
    if (c.kind <= change_kind::remove_vertex) {
      line["vertex"] = name_as_json(graph_, c.vertex);
      if (c.kind == change_kind::add_vertices) line["count"] = c.count;
    } else {
      line["u"] = name_as_json(graph_, c.source);
      line["v"] = name_as_json(graph_, c.target);
      if (c.kind != change_kind::add_edge) add_rank(line, c.rank);
      if (!c.payload_bytes.empty()) {
        line["weight"] =
            weight_as_json(graph_.payload(), c.payload_bytes.data());
      }
    }
    line["pid"] = c.process;
    print(line);
  }

  static void add_rank(json& line, std::uint32_t rank) {
    if (rank == last_of_pair) {
      line["rank"] = "last";
    } else {
      line["rank"] = rank;
    }
  }

  void print(const json& line) {
    out_.add(line.dump(-1, ' ', false, json::error_handler_t::replace));
  }

  /// Says so; whether it goes on.
  bool fall_behind() {
    print({{"change", "behind"},
           {"seq", feed_.last()},
           {"last", graph_.last_change()}});
    out_.flush();
    if (given_.snapshot) {
      begin_with_snapshot();
      return true;
    }
    complain("change " + std::to_string(feed_.last() + 1) + " of " +
             graph_.name() +
             " is not remembered any more.  Begin with --snapshot, or create "
             "the graph with more --changes.");
    return false;
  }

  const watch_arguments& given_;
  graph graph_;
  change_feed feed_;
  line_output out_;
};

}  // namespace

command make_watch(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "watch", "Print the changes of a graph as they are made");
  auto given = std::make_shared<watch_arguments>();
  declare_name(*app, given->name);
  CLI::Option* since =
      app->add_option("--since", given->since,
                      "All after this change; 0: from the first")
          ->option_text("SEQ [the last]");
  app->add_flag("--snapshot", given->snapshot,
                "First the graph as it is, and again after falling behind")
      ->excludes(since);
  app->add_flag("--once", given->once,
                "What there is now, instead of waiting for more");
  app->footer(
      "The graph must have been created with --changes.  Each change is a "
      "line\n"
      "with a JSON object: its number (seq), what it is (change), its vertex "
      "or\n"
      "the ends of its edge (u, v; keys, or numbers in a graph without), a "
      "weight\n"
      "if edges carry one, and the pid of who made it.  remove_edge and\n"
      "set_payload say which of several edges u–v: rank, from 0, or \"last\".\n"
      "Lines are written when no other change is waiting.\n"
      "\n"
      "With --snapshot a line \"snapshot\" comes first, and then lines "
      "without\n"
      "seq that make up the graph, edges by u.  Who reads too slowly finds a\n"
      "line \"behind\"; then either another snapshot follows, which replaces "
      "all\n"
      "before it, or the command ends with exit code 1.  SIGINT, SIGTERM and "
      "a\n"
      "reader who goes away end it with exit code 0.\n"
      "\n"
      "Example: who adds edges\n"
      "  telar watch roads | jq -c 'select(.change == \"add_edge\") | .pid'");
  return {app, [given] { return watcher(*given).run(); }};
}

}  // namespace telar::cli
