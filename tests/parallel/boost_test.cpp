// Types that Boost.Serialization knows travel, too.
#include <map>
#include <string>
#include <vector>

#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>

#include <catch2/catch.hpp>

#include <telar/parallel/boost_serialization.hpp>

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

}  // namespace

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
