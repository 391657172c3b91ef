// The search is evidence only if it finds what is wrong.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "history/recorder.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Operations made by hand, one after the other unless told otherwise.
class made_history {
 public:
  explicit made_history(parallel_edges parallel = parallel_edges::allow)
      : parallel_(parallel) {}

  made_history& add(verb what, unsigned source, unsigned target, bool yes,
                    unsigned number = 0, const std::string& list = "") {
    operation one{};
    one.began = ++now_;
    one.ended = ++now_;
    one.what = what;
    one.source = static_cast<std::uint8_t>(source);
    one.target = static_cast<std::uint8_t>(target);
    one.yes = yes;
    one.number = number;
    for (const char digit : list) {
      one.list[one.length++] = static_cast<std::uint8_t>(digit - '0');
    }
    all_.push_back(one);
    return *this;
  }
  /// The last one began before the one before it.
  made_history& overlapping() {
    all_.back().began = all_[all_.size() - 2].began;
    return *this;
  }
  [[nodiscard]] std::string problem(graph_kind kind) const {
    return contradiction({kind, parallel_, 4, all_});
  }

 private:
  parallel_edges parallel_;
  std::uint64_t now_ = 0;
  std::vector<operation> all_;
};

constexpr auto undirected = graph_kind::undirected;
constexpr auto directed = graph_kind::directed;
constexpr auto bidirectional = graph_kind::bidirectional;

/// Changes one answer.
void spoil(operation& one, seeded_random& random) {
  switch (one.what) {
    case verb::remove_edge:
      one.yes = !one.yes;
      return;
    case verb::add_edge:
    case verb::find_edge:
      if (random.below(2) == 0) {
        one.yes = !one.yes;
        return;
      }
      [[fallthrough]];
    case verb::degree:
    case verb::add_vertex:
    case verb::vertex_count:
    case verb::vertex_of_key:
    case verb::find_key:
      one.number += 1;
      return;
    case verb::neighbors:
    case verb::in_neighbors:
    case verb::take_snapshot:
      if (one.length == 0) {
        one.list[one.length++] = 0;  // What nobody put there.
      } else {
        --one.length;  // What somebody put there is lost.
      }
      return;
  }
}

}  // namespace

TEST_CASE("what has an order is accepted", "[history]") {
  using enum verb;
  // Both ends of one edge, and a loop.
  const auto plain = made_history()
                         .add(add_edge, 0, 1, true, 0)
                         .add(neighbors, 1, 0, true, 0, "0")
                         .add(add_edge, 1, 1, true, 1)
                         .add(degree, 1, 0, true, 3)
                         .add(find_edge, 1, 0, true, 0)
                         .add(add_vertex, 0, 0, true, 4)
                         .add(vertex_count, 0, 0, true, 5);
  CHECK(plain.problem(undirected) == "");
  // A reader beside a writer may see the edge at one end first.
  const auto beside = made_history()
                          .add(add_edge, 0, 1, true, 0)
                          .add(neighbors, 1, 0, true, 0, "")
                          .overlapping();
  CHECK(beside.problem(undirected) == "");
  CHECK(beside.problem(bidirectional) == "");
}

TEST_CASE("a stale read is found", "[history]") {
  using enum verb;
  const auto written = [] { return made_history().add(add_edge, 0, 1, true); };
  CHECK(written().add(degree, 0, 0, true, 0).problem(undirected) != "");
  CHECK(written().add(neighbors, 1, 0, true).problem(undirected) != "");
  CHECK(written().add(in_neighbors, 1, 0, true).problem(bidirectional) != "");
  CHECK(written().add(find_edge, 0, 1, false).problem(directed) != "");
  CHECK(written().add(find_edge, 1, 0, false).problem(undirected) != "");
  CHECK(made_history()
            .add(add_vertex, 0, 0, true, 4)
            .add(vertex_count, 0, 0, true, 4)
            .problem(directed) != "");
  // What was once seen is not unseen, though its writer is still at it.
  CHECK(written()
            .add(neighbors, 0, 0, true, 0, "1")
            .overlapping()
            .add(neighbors, 0, 0, true, 0, "")
            .problem(directed) != "");
}

TEST_CASE("a lost insertion is found", "[history]") {
  using enum verb;
  CHECK(made_history()
            .add(add_edge, 0, 1, true, 0)
            .add(add_edge, 0, 2, true, 0)
            .problem(directed) != "");
  // Only the other end lost it.
  CHECK(made_history()
            .add(add_edge, 0, 1, true, 0)
            .add(add_edge, 2, 1, true, 0)
            .add(neighbors, 1, 0, true, 0, "2")
            .problem(undirected) != "");
  CHECK(made_history()
            .add(vertex_of_key, 0, 0, true, 4)
            .add(vertex_of_key, 0, 0, true, 5)
            .problem(directed) != "");
  CHECK(made_history()
            .add(vertex_of_key, 0, 0, true, 4)
            .add(vertex_of_key, 1, 0, true, 4)
            .problem(directed) != "");
}

TEST_CASE("a removal that is not to be seen is found", "[history]") {
  using enum verb;
  const auto removed = [] {
    return made_history()
        .add(add_edge, 0, 1, true, 0)
        .add(remove_edge, 0, 1, true);
  };
  CHECK(removed().add(neighbors, 1, 0, true).problem(undirected) == "");
  CHECK(removed().add(remove_edge, 0, 1, false).problem(undirected) == "");
  CHECK(removed().add(remove_edge, 0, 1, true).problem(directed) != "");
  CHECK(removed().add(find_edge, 0, 1, true, 0).problem(directed) != "");
  CHECK(removed().add(degree, 1, 0, true, 1).problem(undirected) != "");
  CHECK(
      removed().add(in_neighbors, 1, 0, true, 0, "0").problem(bidirectional) !=
      "");
  CHECK(made_history()
            .add(add_edge, 0, 1, true, 0)
            .add(remove_edge, 0, 1, false)
            .problem(directed) != "");
}

TEST_CASE("a snapshot of no moment is found", "[history]") {
  using enum verb;
  const auto beside = [](const std::string& seen) {
    return made_history()
        .add(add_edge, 0, 1, true, 0)
        .add(add_edge, 2, 1, true, 0)
        .add(take_snapshot, 0, 0, true, 0, seen)
        .overlapping()
        .problem(undirected);
  };
  // Of vertices 0 to 3: how many neighbours, and which.
  CHECK(beside("11"
               "10"
               "0"
               "0") == "");
  CHECK(beside("11"
               "202"
               "11"
               "0") == "");
  CHECK(beside("0"
               "0"
               "0"
               "0") != "");  // older than its call
  CHECK(beside("11"
               "220"
               "11"
               "0") != "");  // in another order
  CHECK(beside("11"
               "0"
               "0"
               "0") != "");  // half an edge
  CHECK(beside("0"
               "12"
               "11"
               "0") != "");  // the later one only
}

TEST_CASE("a second success where parallel edges are forbidden is found",
          "[history]") {
  using enum verb;
  for (const auto parallel : {parallel_edges::allow, parallel_edges::forbid}) {
    for (const auto kind : {undirected, directed, bidirectional}) {
      const auto twice = made_history(parallel)
                             .add(add_edge, 0, 1, true, 0)
                             .add(add_edge, 0, 1, true, 1)
                             .overlapping();
      CHECK((twice.problem(kind) == "") == (parallel == parallel_edges::allow));
    }
  }
  CHECK(made_history(parallel_edges::forbid)
            .add(add_edge, 0, 1, false, 0)
            .problem(directed) != "");
}

TEST_CASE("most wrong answers in a recorded history are found", "[history]") {
  seeded_random random;
  std::uint64_t spoilt = 0;
  std::uint64_t found = 0;
  recording what{.kind = GENERATE(undirected, directed, bidirectional),
                 .parallel = parallel_edges::forbid,
                 .keys = GENERATE(false, true),
                 .histories = 10};
  CHECK(record(what, random, [&](const history& all) {
    for (std::size_t i = 0; i < all.operations.size(); ++i) {
      std::vector<operation> changed(all.operations.begin(),
                                     all.operations.end());
      spoil(changed[i], random);
      history wrong = all;
      wrong.operations = changed;
      found += !contradiction(wrong).empty();
      ++spoilt;
    }
  }));
  // Some of them could have been: something else ran at the same time.
  INFO(found << " of " << spoilt);
  CHECK(found > spoilt / 2);
}
