// Killed at random moments: what was acknowledged is there, columns are whole
// or absent, and nobody hangs.
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <new>
#include <thread>

#include <catch2/catch.hpp>

#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kills = 40;
#else
constexpr std::uint64_t kills = 400;
#endif
constexpr std::uint64_t posts = 3;
constexpr std::uint64_t rows_a_step = 40;

/// What each life was told: how often it succeeded, and how often it may try.
struct life {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> allowed{0};
};

class life_log {
 public:
  life_log() {
    void* bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(bytes != MAP_FAILED, "mmap");
    lives_ = static_cast<life*>(bytes);
    for (std::uint64_t i = 0; i < kills + posts; ++i) new (lives_ + i) life;
  }
  ~life_log() { ::munmap(lives_, size); }
  life_log(const life_log&) = delete;
  life& operator[](std::uint64_t i) { return lives_[i]; }

 private:
  static constexpr std::size_t size = (kills + posts) * sizeof(life);
  life* lives_ = nullptr;
};

using step = std::function<void(std::uint64_t life, std::uint64_t number)>;

[[noreturn]] void live(std::uint64_t number, life_log& log, const step& work) {
  for (std::uint64_t i = 1;; ++i) {
    while (log[number].allowed.load() < i) std::this_thread::yield();
    work(number, i);
    log[number].done.store(i, std::memory_order_release);
  }
}

/// Three workers; again and again one of them is killed at a random moment of
/// its work, while the others go on.  Returns how many lives there were.
std::uint64_t kill_again_and_again(life_log& log, const step& work,
                                   seeded_random& random) {
  std::uint64_t lives = 0;
  const auto start = [&] {
    const std::uint64_t number = lives++;
    return std::pair(number, start_process([&, number]() -> int {
                       live(number, log, work);
                     }));
  };
  std::vector<std::pair<std::uint64_t, process>> crew;
  for (std::uint64_t i = 0; i < posts; ++i) crew.push_back(start());
  const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    auto& post = crew[random.below(posts)];
    for (const auto& member : crew) log[member.first].allowed += 8;
    const std::uint64_t until = log[post.first].done.load() + random.below(8);
    // The clock has no part in when it is killed, but ends a hang.
    while (log[post.first].done.load() < until) {
      require(std::chrono::steady_clock::now() < deadline, "a worker hangs");
      std::this_thread::yield();
    }
    for (auto spin = random.below(20'000); spin > 0; --spin) {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    post.second.send(SIGKILL);
    require(post.second.wait() == -SIGKILL, "a worker failed");
    post = start();
  }
  for (auto& member : crew) {
    member.second.send(SIGKILL);
    require(member.second.wait() == -SIGKILL, "a worker failed");
  }
  return lives;
}

std::string text_of(std::uint64_t number) {
  return std::to_string(number) + std::string(number % 200, 'x');
}

}  // namespace

TEST_CASE("kills lose no acknowledged row, cell or string",
          "[frame][crash][process]") {
  seeded_random random;
  frame table = small_table(0);
  const auto owner = table.add_column<std::uint32_t>("owner");
  const auto number = table.add_column<std::uint64_t>("number");
  const auto text = table.add_column<std::string>("text");
  life_log log;
  const std::uint64_t lives = kill_again_and_again(
      log,
      [&](std::uint64_t life, std::uint64_t i) {
        const std::uint64_t first = table.append_rows(rows_a_step);
        for (std::uint64_t r = first; r < first + rows_a_step; ++r) {
          text.store(r, text_of(i));
          number.store(r, i);
          owner.store(r, static_cast<std::uint32_t>(life + 1));
        }
      },
      random);
  REQUIRE(problems(table) == "");
  std::vector<std::vector<std::uint64_t>> found(lives);
  for (std::uint64_t r = 0; r < table.rows(); ++r) {
    const std::uint32_t who = owner.load(r);
    if (who == 0) continue;  // appended, and not written to its end
    REQUIRE(who <= lives);
    REQUIRE(text.load(r) == text_of(number.load(r)));
    found[who - 1].push_back(number.load(r));
  }
  for (std::uint64_t i = 0; i < lives; ++i) {
    const std::uint64_t told = log[i].done.load();
    for (std::uint64_t n = 1; n <= told; ++n) {
      REQUIRE(std::count(found[i].begin(), found[i].end(), n) == rows_a_step);
    }
  }
  table.pack("text");
  REQUIRE(problems(table) == "");
}

TEST_CASE("a killed process leaves columns whole or absent",
          "[frame][crash][process]") {
  seeded_random random;
  frame table = small_table(3'000);
  const auto kept = table.add_column<std::uint64_t>("kept", 7);
  life_log log;
  const auto name_of = [](std::uint64_t life) {
    return "life " + std::to_string(life);
  };
  const std::uint64_t lives = kill_again_and_again(
      log,
      [&](std::uint64_t life, std::uint64_t i) {
        const auto tag = static_cast<std::uint32_t>(life * 1000 + i);
        if (i % 2 == 1) {
          // What others left of their last step is theirs no more.
          const auto all = table.columns();
          if (all.size() > 40) table.drop_column(all[1].name);
          table.add_column<std::uint32_t>(name_of(life), tag);
        } else {
          table.drop_column(name_of(life));
        }
        if (i % 5 == 0) table.append_rows(100);
      },
      random);
  REQUIRE(problems(table) == "");
  for (std::uint64_t i = 0; i < lives; ++i) {
    const std::uint64_t told = log[i].done.load();
    if (!table.has(name_of(i))) continue;
    const auto cells = table.column<std::uint32_t>(name_of(i)).span();
    const std::uint32_t tag = cells[0];
    // That of the last step that succeeded, or of the one that was begun.
    const bool known = tag / 1000 == i && tag % 1000 + 1 >= told;
    REQUIRE(known);
    for (std::uint64_t r = 0; r < 3'000; ++r) REQUIRE(cells[r] == tag);
  }
  for (std::uint64_t r = 0; r < 3'000; ++r) REQUIRE(kept.load(r) == 7);
  const std::uint64_t before = table.vertices().info().bytes_committed;
  for (const auto& one : table.columns()) table.drop_column(one.name);
  CHECK(table.vertices().info().bytes_committed < before);
  CHECK(problems(table) == "");
}

TEST_CASE("a process killed while it packs leaves the old strings or the new",
          "[frame][crash][process]") {
  seeded_random random;
  frame table = small_table(500);
  const auto first = table.add_column<std::string>("text");
  for (std::uint64_t r = 0; r < 500; ++r) first.store(r, text_of(r));
  table.add_column<int>("number", 3);
  const auto columns = table.columns();
  life_log log;
  kill_again_and_again(
      log,
      [&](std::uint64_t, std::uint64_t) {
        // Whose column another has packed meanwhile is told so.
        const failure found = failure_of([&] { return table.pack("text"), 0; });
        require(found.code == errc{} || found.code == errc::not_found,
                found.message.c_str());
        require(table.columns() == columns, "a column is lost, or there twice");
      },
      random);
  REQUIRE(problems(table) == "");
  CHECK(table.columns() == columns);
  const auto text = table.column<std::string>("text");
  for (std::uint64_t r = 0; r < 500; ++r) REQUIRE(text.load(r) == text_of(r));
  CHECK(table.vertices().info().bytes_committed < 400'000);
}
