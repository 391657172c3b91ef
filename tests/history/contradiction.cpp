// tests/history/contradiction.cpp: cuts a history into what each object saw,
// and searches an order for each.
#include <array>
#include <map>
#include <utility>

#include "history/operation.hpp"
#include "history/search.hpp"
#include "history/specifications.hpp"

namespace telar::test {
namespace {

constexpr std::array names{"add_edge",   "remove_edge",  "find_edge",
                           "degree",     "neighbors",    "in_neighbors",
                           "add_vertex", "vertex_count", "vertex",
                           "find",       "snapshot"};

/// A list: of out- (0) or in-edges (1) of a vertex.
using end = std::pair<unsigned, unsigned>;

class objects {
 public:
  explicit objects(const history& all) : all_(all) {
    for (const operation& one : all.operations) add(one);
  }

  [[nodiscard]] std::string contradiction() const {
    std::string found;
    const auto require = [&](auto searched, const std::string& name) {
      if (!searched.found()) found += name + " contradicts itself\n";
    };
    for (const auto& [which, events] : ends_) {
      require(search<adjacency_spec>(events, {}),
              std::string(which.second ? "the in-list" : "the list") + " of " +
                  std::to_string(which.first));
    }
    require(search<count_spec>(counts_, {all_.vertices_before}),
            "the number of vertices");
    require(search<snapshot_spec>(whole_, {}), "a snapshot");
    for (const auto& [key, events] : keys_) {
      require(search<key_spec>(events, {}), "key " + std::to_string(key));
    }
    return found + twice_;
  }

 private:
  using verb_at_end = adjacency_spec::verb;

  void add(const operation& one) {
    switch (one.what) {
      case verb::add_edge:
        return one.yes ? add_edge(one) : see_edge(one, verb_at_end::refuse);
      case verb::remove_edge:
        return one.yes ? remove_edge(one) : see_edge(one, verb_at_end::miss);
      case verb::find_edge:
        return see_edge(one, one.yes ? verb_at_end::find : verb_at_end::miss);
      case verb::degree:
        return at_end(one, {one.source, 0}, {verb_at_end::size, 0, one.number});
      case verb::neighbors:
        return see_list(one, 0);
      case verb::in_neighbors:
        return see_list(one, 1);
      case verb::add_vertex:
        return count(one, count_spec::verb::add);
      case verb::vertex_count:
        return count(one, count_spec::verb::read);
      case verb::vertex_of_key:
      case verb::find_key:
        return see_key(one);
      case verb::take_snapshot:
        return see_whole(one);
    }
  }

  [[nodiscard]] bool undirected() const {
    return all_.kind == graph_kind::undirected;
  }
  /// How many lists an edge between these is in, or entries of one list.
  [[nodiscard]] bool has_two_ends(const operation& one) const {
    return all_.kind == graph_kind::bidirectional ||
           (undirected() && one.source != one.target);
  }
  [[nodiscard]] end other_end(const operation& one) const {
    return {one.target, undirected() ? 0 : 1};
  }

  void at_end(const operation& one, end which, adjacency_spec::action what) {
    ends_[which].push_back({one.began, one.ended, std::move(what)});
  }

  void add_edge(const operation& one) {
    change_whole(one, snapshot_spec::verb::append);
    const bool forbid = all_.parallel == parallel_edges::forbid;
    const bool loop = undirected() && one.source == one.target;
    at_end(one, {one.source, 0},
           {verb_at_end::append,
            one.target,
            loop ? 2u : 1u,
            one.number,
            {},
            forbid});
    if (has_two_ends(one)) {
      at_end(one, other_end(one),
             {verb_at_end::append, one.source, 1, {}, {}, forbid});
    }
  }

  void remove_edge(const operation& one) {
    change_whole(one, snapshot_spec::verb::erase);
    const bool loop = undirected() && one.source == one.target;
    at_end(one, {one.source, 0},
           {verb_at_end::erase, one.target, loop ? 2u : 1u});
    if (has_two_ends(one)) {
      at_end(one, other_end(one), {verb_at_end::erase, one.source});
    }
  }

  void change_whole(const operation& one, snapshot_spec::verb how) {
    whole_.push_back({one.began,
                      one.ended,
                      {how, one.source, one.target, undirected(), {}}});
  }
  void see_whole(const operation& one) {
    const std::span seen(one.list, one.length);
    whole_.push_back(
        {one.began,
         one.ended,
         {snapshot_spec::verb::see, 0, 0, false, {seen.begin(), seen.end()}}});
  }

  /// It was found, or not, in the source's list.
  void see_edge(const operation& one, verb_at_end how) {
    at_end(one, {one.source, 0}, {how, one.target, 1, one.number});
  }

  void see_list(const operation& one, unsigned list) {
    const std::span seen(one.list, one.length);
    at_end(one, {one.source, list},
           {verb_at_end::list, 0, 1, {}, {seen.begin(), seen.end()}});
  }

  void see_key(const operation& one) {
    std::optional<std::uint64_t> told;
    if (one.yes) told = one.number;
    keys_[one.source].push_back(
        {one.began, one.ended, {one.what == verb::vertex_of_key, told}});
    if (!told) return;
    count(one, one.what == verb::find_key ? count_spec::verb::see
                                          : count_spec::verb::add_unless_there);
    const auto [known, fresh] = key_of_.emplace(*told, one.source);
    if (!fresh && known->second != one.source) {
      twice_ += "vertex " + std::to_string(*told) + " has two keys\n";
    }
  }

  void count(const operation& one, count_spec::verb how) {
    counts_.push_back({one.began, one.ended, {how, one.number}});
  }

  const history& all_;
  std::map<end, std::vector<timed<adjacency_spec::action>>> ends_;
  std::vector<timed<snapshot_spec::action>> whole_;
  std::vector<timed<count_spec::action>> counts_;
  std::map<unsigned, std::vector<timed<key_spec::action>>> keys_;
  std::map<std::uint64_t, unsigned> key_of_;
  std::string twice_;
};

}  // namespace

std::string text_of(const history& all) {
  std::string lines;
  for (const operation& one : all.operations) {
    lines += std::to_string(one.began) + ".." + std::to_string(one.ended) +
             " worker " + std::to_string(one.worker) + ": " +
             names[static_cast<std::size_t>(one.what)] + " " +
             std::to_string(one.source) + " " + std::to_string(one.target) +
             (one.yes ? ": yes " : ": no ") + std::to_string(one.number);
    for (unsigned i = 0; i < one.length; ++i) {
      lines += " " + std::to_string(one.list[i]);
    }
    lines += '\n';
  }
  return lines;
}

std::string contradiction(const history& all) {
  return objects(all).contradiction();
}

}  // namespace telar::test
