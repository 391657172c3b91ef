// Keys added by many at once, while the table grows.
#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/crew.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint32_t many = 5'000;
#else
constexpr std::uint32_t many = 100'000;
#endif
constexpr int workers = 4;

graph_options keyed(key_kind keys) {
  graph_options options;
  options.keys = keys;
  options.reserve = 1u << 30;
  return options;
}

/// Which vertex each key was told to be: outside of the graph, shared with
/// forked processes.
class answers {
 public:
  answers() {
    void* bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) throw std::runtime_error("mmap");
    all_ = {static_cast<std::atomic<std::uint32_t>*>(bytes), many};
  }
  ~answers() { ::munmap(all_.data(), size); }
  answers(const answers&) = delete;
  answers& operator=(const answers&) = delete;

  /// Throws if somebody else was told another vertex.
  void tell(std::uint32_t key, vertex_id v) {
    std::uint32_t told = 0;
    require(all_[key].compare_exchange_strong(told, v + 1) || told == v + 1,
            "two vertices for one key");
  }
  [[nodiscard]] vertex_id at(std::uint32_t key) const {
    return all_[key].load() - 1;
  }

 private:
  static constexpr std::size_t size = many * sizeof(std::uint32_t);
  std::span<std::atomic<std::uint32_t>> all_;
};

std::string text_of(std::uint32_t key) {
  // Of different lengths; some end in the middle of a unit.
  return std::string(key % 23, '-') + std::to_string(key);
}

}  // namespace

TEST_CASE(
    "whoever asks for a key at the same time gets the same vertex, and "
    "no key is lost while the table grows",
    "[keys][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(crew_of);
  auto g = graph::create(anonymous, keyed(key_kind::string));
  answers told;
  crew all(crew_of, workers, [&](int worker) {
    // Two begin at the front, two at the back: many meetings.
    for (std::uint32_t i = 0; i < many; ++i) {
      const std::uint32_t key = worker % 2 ? many - 1 - i : i;
      told.tell(key, g.vertex(text_of(key)));
    }
  });
  REQUIRE(all.finish());

  CHECK(g.vertex_count() == many);
  for (std::uint32_t key = 0; key < many; ++key) {
    REQUIRE(g.find(text_of(key)) == told.at(key));
    REQUIRE(g.key(told.at(key)) == text_of(key));
  }
  CHECK(problems(g) == "");
}

TEST_CASE("different keys at once are different vertices, without a gap",
          "[keys][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(crew_of);
  auto g = graph::create(anonymous, keyed(key_kind::u64));
  answers told;
  crew all(crew_of, workers, [&](int worker) {
    for (auto key = static_cast<std::uint32_t>(worker); key < many;
         key += workers) {
      told.tell(key, g.vertex(std::uint64_t{key} << 20));
    }
  });
  REQUIRE(all.finish());

  CHECK(g.vertex_count() == many);
  for (std::uint32_t key = 0; key < many; ++key) {
    REQUIRE(g.key_number(told.at(key)) == std::uint64_t{key} << 20);
    REQUIRE(g.find(std::uint64_t{key} << 20) == told.at(key));
  }
  CHECK(problems(g) == "");
}

TEST_CASE("a key that was found once is found always, with edges between",
          "[keys][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(crew_of);
  auto g = graph::create(anonymous, keyed(key_kind::string));
  const seeded_random random;
  constexpr std::uint32_t keys = many / 10;
  answers told;
  crew all(crew_of, workers, [&](int worker) {
    auto engine = random.engine_for(worker);
    for (std::uint32_t i = 0; i < 2 * keys; ++i) {
      const auto key = static_cast<std::uint32_t>(engine() % keys);
      if (worker < 2) {
        const vertex_id v = g.vertex(text_of(key));
        told.tell(key, v);
        g.add_edge(v, g.vertex(text_of(key / 2)));
        continue;
      }
      // Acknowledged before we look: it must be there.
      const vertex_id known = told.at(key);
      const auto found = g.find(text_of(key));
      if (known != no_vertex) require(found == known, "a key was lost");
      if (found) require(g.key(*found) == text_of(key), "another key's text");
    }
  });
  REQUIRE(all.finish());
  CHECK(g.edge_count() == 4 * keys);
  CHECK(problems(g) == "");
}

TEST_CASE("unrelated processes that open the name agree on its keys",
          "[keys][process]") {
  const segment_name name("agreed");
  auto g = graph::create(name, keyed(key_kind::string));
  constexpr std::uint32_t keys = many / 5;
  answers told;
  crew all(crew_kind::processes, workers, [&](int worker) {
    auto mine = graph::open(name, {.keys = key_kind::string});
    const auto offset = static_cast<std::uint32_t>(worker) * keys / workers;
    for (std::uint32_t i = 0; i < keys; ++i) {
      const std::uint32_t key = (i + offset) % keys;
      told.tell(key, mine.vertex(text_of(key)));
    }
  });
  REQUIRE(all.finish());
  CHECK(g.vertex_count() == keys);
  CHECK(problems(g) == "");
}
