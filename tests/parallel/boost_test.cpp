// Types that Boost.Serialization knows travel, too.
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"

using namespace telar;
using namespace telar::test;

namespace {

struct stop {
  std::string name;
  std::map<std::string, int> lines;

  template <typename Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
    archive& lines;
  }
};

/// Of which nobody knows how to write it down.
struct opaque {
  std::shared_ptr<int> held;
  std::function<int()> call;
};

/// Known by a function beside it, and by name.
struct shy {
  int value = 0;
  std::string word;

 private:
  friend class boost::serialization::access;
  template <typename Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value;
    archive& word;
  }
};

struct plain {
  std::vector<int> values;
};
template <typename Archive>
void serialize(Archive& archive, plain& which, unsigned) {
  archive& which.values;
}

}  // namespace

template <>
inline constexpr bool telar::parallel::known_to_boost<shy> = true;

static_assert(parallel::known_to_boost<stop>);
static_assert(parallel::known_to_boost<plain>);
static_assert(!parallel::known_to_boost<opaque>);
static_assert(!parallel::transportable<std::map<int, opaque>>);

TEST_CASE("what Boost.Serialization knows travels, in vectors and pairs, too",
          "[parallel][process]") {
  parallel::worker_pool pool(
      {.backend =
           GENERATE(backend::threads, backend::processes, backend::workers),
       .workers = 2});
  const std::vector<stop> stops{{"Sol", {{"L1", 1}, {"L2", 2}}},
                                {"Retiro", {}}};
  const auto found = pool.map(
      [](stop at, std::map<std::string, int> more) {
        at.lines.merge(more);
        return std::pair(std::vector{at}, at.lines.size());
      },
      stops, std::map<std::string, int>{{"L9", 9}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].second == 3);
  CHECK(found[0].first[0].lines.at("L2") == 2);
  CHECK(found[1].first[0].name == "Retiro");
}

TEST_CASE("standard containers travel without a word", "[parallel][process]") {
  parallel::executor with({.backend = backend::processes, .workers = 2});
  const auto found = with.map(
      [](int i) {
        return std::pair(std::set<std::string>{"a", std::to_string(i)},
                         std::list<std::map<int, double>>{{{i, 0.5}}});
      },
      std::vector{1, 2});
  CHECK(found[1].first == std::set<std::string>{"2", "a"});
  CHECK(found[1].second.front().at(2) == 0.5);
}

TEST_CASE("a class travels whose serialize is private, or beside it",
          "[parallel][process]") {
  parallel::executor with({.backend = backend::processes, .workers = 2});
  const auto found = with.map(
      [](int i) {
        shy one;
        one.value = i;
        one.word = "warp";
        return std::pair(one, plain{{i, i}});
      },
      std::vector{7});
  CHECK(found[0].first.value == 7);
  CHECK(found[0].first.word == "warp");
  CHECK(found[0].second.values == std::vector{7, 7});
}

TEST_CASE("what nobody knows how to write down goes between threads only",
          "[parallel][process]") {
  const auto task = [](int i) {
    return opaque{std::make_shared<int>(i), [i] { return i; }};
  };
  parallel::executor threads({.backend = backend::threads, .workers = 2});
  CHECK(threads.map(task, std::vector{1, 2})[1].call() == 2);
  parallel::executor processes({.backend = backend::processes, .workers = 2});
  const auto failure = failure_of([&] {
    processes.map(task, std::vector{1, 2});
  });
  CHECK(failure.code == errc::bad_argument);
  CHECK(failure.message.find("cannot travel") != std::string::npos);
}
