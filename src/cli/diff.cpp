// cli/diff.cpp: `telar diff`.
#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <optional>

#include <telar/snapshot.hpp>

#include "checkpoint/frozen_checkpoint.hpp"
#include "checkpoint/verifier.hpp"
#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/difference.hpp"
#include "cli/output.hpp"
#include "cli/weights.hpp"
#include "graph/frozen_snapshot.hpp"

namespace telar::cli {
namespace {

struct diff_arguments {
  std::string before;
  std::string after;
  bool summary = false;
  bool exit_code = false;
  bool as_json = false;
};

/// A checkpoint, or a snapshot of a live graph.
class operand {
 public:
  explicit operand(const std::string& name) {
    if (const auto path = path_of_checkpoint(name)) {
      file_.emplace(*path);
      detail::verifier(*file_, {}).run();
      graph_ = std::make_unique<detail::frozen_checkpoint>(*file_);
    } else {
      snapshot_.emplace(graph::open(name).snapshot());
      graph_ = std::make_unique<detail::frozen_snapshot>(*snapshot_);
    }
  }

  [[nodiscard]] detail::frozen& frozen() const { return *graph_; }

  [[nodiscard]] json name_of(vertex_id v) const {
    if (graph_->what.keys == key_kind::none) return v;
    const std::string_view bytes = graph_->key_bytes(v);
    if (graph_->what.keys == key_kind::string) return bytes;
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }

 private:
  std::optional<detail::checkpoint_file> file_;
  std::optional<snapshot> snapshot_;
  std::unique_ptr<detail::frozen> graph_;
};

std::string text_of(const json& name) {
  return name.is_string() ? name.get<std::string>() : name.dump();
}

class report : public difference_visitor {
 public:
  report(const diff_arguments& given, const operand& before,
         const operand& after)
      : given_(given),
        before_(before),
        after_(after),
        weight_(before.frozen().what.payload) {
    for (const char* what : {"added", "removed"}) {
      vertices_[what] = json::array();
      edges_[what] = json::array();
    }
    edges_["changed"] = json::array();
  }

  void vertex(bool added, vertex_id v) override {
    ++(added ? vertices_added_ : vertices_removed_);
    if (given_.summary) return;
    const json name = (added ? after_ : before_).name_of(v);
    if (given_.as_json) {
      vertices_[added ? "added" : "removed"].push_back(name);
    } else {
      fmt::print("{} vertex\t{}\n", added ? '+' : '-', text_of(name));
    }
  }

  void edge(bool added, endpoints ends, const std::byte* payload) override {
    ++(added ? edges_added_ : edges_removed_);
    if (given_.summary) return;
    json one = edge_of(added ? after_ : before_, ends);
    if (payload) one["weight"] = weight_as_json(weight_, payload);
    if (given_.as_json) {
      edges_[added ? "added" : "removed"].push_back(std::move(one));
    } else {
      print_edge(added ? '+' : '-', one);
    }
  }

  void changed(endpoints ends, const std::byte* before,
               const std::byte* after) override {
    ++edges_changed_;
    if (given_.summary) return;
    json one = edge_of(before_, ends);
    one["before"] = weight_as_json(weight_, before);
    one["after"] = weight_as_json(weight_, after);
    if (given_.as_json) {
      edges_["changed"].push_back(std::move(one));
    } else {
      print_edge('~', one);
    }
  }

  [[nodiscard]] bool equal() const {
    return vertices_added_ + vertices_removed_ + edges_added_ + edges_removed_ +
               edges_changed_ ==
           0;
  }

  void conclude() {
    if (!given_.as_json) {
      fmt::print(
          "{} vertices added, {} removed; {} edges added, {} removed, "
          "{} changed\n",
          vertices_added_, vertices_removed_, edges_added_, edges_removed_,
          edges_changed_);
      return;
    }
    json all{{"before", given_.before},
             {"after", given_.after},
             {"equal", equal()},
             {"vertices_added", vertices_added_},
             {"vertices_removed", vertices_removed_},
             {"edges_added", edges_added_},
             {"edges_removed", edges_removed_},
             {"edges_changed", edges_changed_}};
    if (!given_.summary) {
      all["vertices"] = std::move(vertices_);
      all["edges"] = std::move(edges_);
    }
    print_json(all);
  }

 private:
  static json edge_of(const operand& from, endpoints ends) {
    return {{"source", from.name_of(ends.source)},
            {"target", from.name_of(ends.target)}};
  }
  static void print_edge(char sign, const json& one) {
    std::string line = fmt::format("{} edge", sign);
    for (const auto& [what, value] : one.items()) line += '\t' + text_of(value);
    fmt::print("{}\n", line);
  }

  const diff_arguments& given_;
  const operand& before_;
  const operand& after_;
  payload_type weight_;
  json vertices_;
  json edges_;
  std::uint64_t vertices_added_ = 0;
  std::uint64_t vertices_removed_ = 0;
  std::uint64_t edges_added_ = 0;
  std::uint64_t edges_removed_ = 0;
  std::uint64_t edges_changed_ = 0;
};

exit_status run(const diff_arguments& given) {
  const operand before(given.before);
  const operand after(given.after);
  difference compared(before.frozen(), after.frozen());
  report found(given, before, after);
  compared.visit(found);
  found.conclude();
  return given.exit_code && !found.equal() ? exit_status::failure
                                           : exit_status::ok;
}

}  // namespace

command make_diff(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "diff", "Say what changed between two graphs or checkpoints");
  auto given = std::make_shared<diff_arguments>();
  app->add_option("BEFORE", given->before, "A graph, or a checkpoint")
      ->required()
      ->option_text(" ");
  app->add_option("AFTER", given->after, "A graph, or a checkpoint")
      ->required()
      ->option_text(" ");
  app->add_flag("--summary", given->summary, "Only how much of it");
  app->add_flag("--exit-code", given->exit_code, "End with 1 if they differ");
  app->add_flag("--json", given->as_json, "Print one JSON object");
  app->footer(
      "A line for each difference, its parts after tabs: + was added, - was\n"
      "removed, ~ has another weight, which is last.  Vertices are compared "
      "by\n"
      "their keys (by their numbers where there are none), edges by their "
      "ends;\n"
      "the order of neighbours does not count.  A live graph is looked at as "
      "it\n"
      "is at one moment, and nobody waits.\n"
      "\n"
      "Example: what happened since yesterday\n"
      "  telar diff yesterday.checkpoint roads");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
