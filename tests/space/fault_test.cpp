// Each request to the system, refused: once, and from then on.
#include <cstdio>

#include <catch2/catch.hpp>

#include "space/trial.hpp"

using namespace telar;
using namespace telar::test;

namespace {

void check_all(const std::vector<scenario>& all, resource of) {
  std::size_t tried = 0;
  for (const scenario& s : all) {
    CHECK(problem_of(s, of, tried) == "");
  }
  CHECK(tried > 100);
  std::printf("%zu faults in %zu scenarios\n", tried, all.size());
}

}  // namespace

TEST_CASE(
    "whatever the system refuses a graph that is made, it is an error that "
    "says "
    "what to do, and nothing is left",
    "[space][process][error]") {
  check_all(creating_scenarios(), resource::system);
}

TEST_CASE(
    "whatever the system refuses who opens, joins or removes a graph, it is an "
    "error that says what to do, and the graph is as it was",
    "[space][process][error]") {
  check_all(opening_scenarios(), resource::system);
}

TEST_CASE(
    "whatever the system refuses a graph that grows, it is as it was, and goes "
    "on when it is refused no more",
    "[space][process][error]") {
  check_all(growing_scenarios(), resource::system);
}

TEST_CASE(
    "whatever the system refuses a table, it is as it was, and goes on when it "
    "is refused no more",
    "[space][process][error]") {
  check_all(column_scenarios(), resource::system);
}

TEST_CASE(
    "whatever the system refuses who writes or restores a checkpoint, the "
    "older "
    "one is whole, and nothing else is left",
    "[space][process][error]") {
  check_all(checkpoint_scenarios(), resource::system);
}

TEST_CASE(
    "when the heap is used up, no call leaves a lock, a name or half a change",
    "[space][process][error]") {
  std::vector<scenario> all = creating_scenarios();
  for (auto* group :
       {opening_scenarios, growing_scenarios, checkpoint_scenarios}) {
    for (scenario& s : group()) all.push_back(std::move(s));
  }
  check_all(all, resource::heap);
}
