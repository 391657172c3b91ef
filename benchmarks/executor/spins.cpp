// benchmarks/executor/spins.cpp: tasks of exactly 1 ms: are the workers busy?
//
// A task spins until a clock says that the time has passed, so it is 1 ms also
// for a thread that did not have its core meanwhile: of Python's threads, which
// hold one lock in turn, the figure says nothing but that they wait well.
#include <fmt/format.h>

#include <ranges>

#include "contestants.hpp"
#include "rows.hpp"

namespace bench {
namespace {

constexpr auto spin = [](unsigned i) {
  const auto end = clock::now() + std::chrono::milliseconds(1);
  while (clock::now() < end) {
  }
  return i;
};

using results = std::vector<unsigned>;

void verify(const results& found, unsigned spins) {
  bool right = found.size() == spins;
  for (unsigned i = 0; right && i < spins; ++i) right = found[i] == i;
  if (!right) throw std::runtime_error("a wrong result");
}

/// The part of the workers' time that was spent in tasks.
template <typename Call>
measured efficiency(const settings& how, const Call& call) {
  const auto took = time_calls(how.spin_calls, call, [&](const results& found) {
    verify(found, how.spins);
  });
  return {1e-3 * how.spins / how.workers / took.value};
}

measured by_telar(backend who, const settings& how) {
  return with_executor(who, how.workers, 0, [&](auto& executor) {
    return efficiency(how, [&] {
      return executor.map(spin, std::views::iota(0u, how.spins));
    });
  });
}

measured by_loop(loop who, const settings& how) {
  loop_runner run(who, how.workers, who == loop::openmp ? 1 : 0);
  return efficiency(how, [&] {
    results found(how.spins);
    run(how.spins,
        [&](std::size_t i) { found[i] = spin(static_cast<unsigned>(i)); });
    return found;
  });
}

/// Of a core, what the worse of some spinning threads had.
measured cpu_share(unsigned workers) {
  const auto spin_for_a_while = [](unsigned) {
    for (unsigned i = 0; i < 20; ++i) (void)spin(i);
  };
  return {timed({worker_kind::threads, workers},
                {[](unsigned) {}, spin_for_a_while})
              .cpu_share};
}

}  // namespace

void add_spins(std::vector<table>& all, const stage& on) {
  const settings& how = on.how;
  table spins{.key = "spins",
              .title = fmt::format("{} tasks of 1 ms: the part of the time of "
                                   "{} workers that was spent in them",
                                   how.spins, how.workers),
              .unit = "%",
              .scale = 100,
              .more_is_better = true};
  for (const loop who : loops) {
    spins.rows.push_back({.name = name_of(who),
                          .measure = apart([=] { return by_loop(who, how); })});
  }
  for (const backend who : backends) {
    row r{.name = telar_row(who),
          .measure = apart([=] { return by_telar(who, how); })};
    if (who != backend::sequential) {
      r.goals = {{goal::of::value, goal::side::least, 95}};
    }
    spins.rows.push_back(std::move(r));
  }
  for (const peer& who : python_peers) {
    spins.rows.push_back(on.python.make_row(who, who.name,
                                            {{"measure", "spins"},
                                             {"workers", how.workers},
                                             {"calls", how.spin_calls},
                                             {"tasks", how.spins}}));
  }
  all.push_back(std::move(spins));
}

void add_disturbance(std::vector<table>& all, const stage& on) {
  row r{.name = fmt::format("{} spinning threads", on.how.workers),
        .measure =
            apart([workers = on.how.workers] { return cpu_share(workers); }),
        .goals = {{goal::of::value, goal::side::least, 92}}};
  all.push_back({.key = "disturbance",
                 .title = "What a thread had of its core: if it is less than "
                          "92 %, other work disturbs all of these figures",
                 .unit = "%",
                 .scale = 100,
                 .more_is_better = true,
                 .rows = {std::move(r)}});
}

}  // namespace bench
