// benchmarks/executor/squares.cpp: i -> i * i for many i: what a task costs.
//
// The results come in a new vector, in order; each is verified.
#include <fmt/format.h>
#include <malloc.h>

#include <ranges>
#include <string>

#include "contestants.hpp"
#include "rows.hpp"
#include "support/memory.hpp"

namespace bench {
namespace {

using numbers = std::vector<std::uint64_t>;

constexpr auto square = [](std::uint64_t i) { return i * i; };
constexpr grain grains[] = {1, 64, 0};

/// New vectors get memory that the heap has had before: otherwise the kernel
/// clears pages for each, and that would be most of what is measured.
void warm_vectors() {
  keep_freed_memory();
  ::mallopt(M_MMAP_THRESHOLD, 16 << 20);
}

void verify(const numbers& squares, std::uint64_t count) {
  if (squares.size() != count) throw std::runtime_error("results are missing");
  for (std::uint64_t i = 0; i < count; ++i) {
    if (squares[i] != i * i) throw std::runtime_error("a wrong square");
  }
}

measured by_telar(backend who, grain size, const settings& how) {
  warm_vectors();
  return with_executor(who, how.workers, size, [&](auto& executor) {
    return time_calls(
        how.square_calls,
        [&] {
          return executor.map(square,
                              std::views::iota(std::uint64_t{0}, how.squares));
        },
        [&](const numbers& found) { verify(found, how.squares); });
  });
}

measured by_loop(loop who, grain size, const settings& how) {
  warm_vectors();
  loop_runner run(who, how.workers, size);
  return time_calls(
      how.square_calls,
      [&] {
        numbers found(how.squares);
        run(how.squares, [&](std::size_t i) { found[i] = square(i); });
        return found;
      },
      [&](const numbers& found) { verify(found, how.squares); });
}

void add_telar(table& to, const settings& how) {
  for (const backend who : backends) {
    for (const grain size : grains) {
      row r{.name = with_grain(telar_row(who), size),
            .measure = apart([=] { return by_telar(who, size, how); }),
            .peer = with_grain(name_of(loop::tbb), size)};
      const bool lasting = who == backend::threads || who == backend::workers;
      if (lasting && size == 1) {
        r.goals = {{goal::of::value, goal::side::most, 5}};
      }
      if (who == backend::threads && size == 0) {
        r.goals = {{goal::of::ratio_to_peer, goal::side::most, 1.5}};
      }
      to.rows.push_back(std::move(r));
    }
  }
}

/// One at a time takes Python long: fewer, and as many seconds as all would.
void add_python(table& to, const stage& on) {
  for (const peer& who : python_peers) {
    for (const grain size : grains) {
      const auto tasks = size == 1 ? on.how.slow_squares : on.how.squares;
      std::string name = with_grain(who.name, size);
      if (tasks != on.how.squares) name += fmt::format(" (of {})", tasks);
      row r = on.python.make_row(who, std::move(name),
                                 {{"measure", "squares"},
                                  {"workers", on.how.workers},
                                  {"grain", size},
                                  {"tasks", tasks}});
      r.measure = [ask = std::move(r.measure),
                   factor = static_cast<double>(on.how.squares) /
                            static_cast<double>(tasks)] {
        return measured{factor * ask().value};
      };
      to.rows.push_back(std::move(r));
    }
  }
}

}  // namespace

void add_squares(std::vector<table>& all, const stage& on) {
  table squares{.key = "squares",
                .title = fmt::format("{} squares into a new vector, in order",
                                     on.how.squares),
                .unit = "ms",
                .scale = 1e3,
                .peer_title = "oneTBB, same grain",
                .tasks = static_cast<double>(on.how.squares)};
  for (const loop who : loops) {
    for (const grain size : grains) {
      if (who == loop::plain && size != 0) continue;
      const auto name =
          who == loop::plain ? plain_name : with_grain(name_of(who), size);
      squares.rows.push_back(
          {.name = name, .measure = apart([who, size, how = on.how] {
                           return by_loop(who, size, how);
                         })});
    }
  }
  add_telar(squares, on.how);
  add_python(squares, on);
  all.push_back(std::move(squares));
}

}  // namespace bench
