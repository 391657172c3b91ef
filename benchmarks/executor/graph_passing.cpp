// benchmarks/executor/graph_passing.cpp: what it costs that a task gets a graph.
//
// A call of one task that reads a degree, less a call of one task with a number
// instead of the graph; the two in turn, medians of each.
#include <fmt/format.h>

#include <array>
#include <telar/graph.hpp>

#include "contestants.hpp"
#include "rows.hpp"

namespace bench {
namespace {

constexpr auto read_degree = [](telar::vertex_id v, telar::graph_ref g) {
  return g->degree(v);
};
constexpr auto add_number = [](telar::vertex_id v, std::uint32_t x) {
  return v + x;
};

telar::graph make_graph(const rmat& input) {
  auto g = telar::graph::create(telar::anonymous);
  g.reserve(input.vertices, input.edges.size());
  g.add_vertices(input.vertices);
  g.add_edges(input.edges);
  return g;
}

void require(bool right) {
  if (!right) throw std::runtime_error("a wrong degree");
}

measured by_call(backend who, const settings& how, const rmat& input) {
  const auto g = make_graph(input);
  const telar::graph_ref ref(g);
  const unsigned calls = who == backend::processes
                             ? std::min(how.slow_calls, how.graph_calls)
                             : how.graph_calls;
  return with_executor(who, how.workers, 0, [&](auto& executor) {
    std::vector<double> with_graph;
    std::vector<double> with_number;
    for (std::uint32_t i = 0; i < calls; ++i) {
      const std::array<telar::vertex_id, 1> v{i * 7919 % input.vertices};
      auto start = clock::now();
      const auto degree = executor.map(read_degree, v, ref).front();
      with_graph.push_back(seconds_since(start));
      start = clock::now();
      const auto sum = executor.map(add_number, v, i).front();
      with_number.push_back(seconds_since(start));
      require(degree == input.degrees[v[0]] && sum == v[0] + i);
    }
    return measured{median(with_graph) - median(with_number),
                    median(with_number)};
  });
}

/// What happens to the reference on its way, and nothing else: it is encoded,
/// decoded, and leads to its graph, which is open already.
measured by_hand(const settings& how, const rmat& input) {
  const auto g = make_graph(input);
  const telar::graph_ref ref(g);
  const unsigned times = 100 * how.graph_calls;
  std::uint64_t found = 0;
  const auto start = clock::now();
  for (std::uint32_t i = 0; i < times; ++i) {
    telar::parallel::byte_writer bytes;
    telar::parallel::encode(ref, bytes);
    telar::parallel::byte_reader reader(bytes.bytes());
    const auto there = telar::parallel::decode<telar::graph_ref>(reader);
    found += there->degree(i % input.vertices);
  }
  const double seconds = seconds_since(start) / times;
  std::uint64_t expected = 0;
  for (std::uint32_t i = 0; i < times; ++i) {
    expected += input.degrees[i % input.vertices];
  }
  require(found == expected);
  return {seconds};
}

}  // namespace

void add_graph_passing(std::vector<table>& all, const stage& on) {
  const goal below{goal::of::value, goal::side::most, 1};
  table passing{.key = "graph",
                .title = fmt::format("A graph of {} edges on its way to a "
                                     "task: what the call takes longer",
                                     on.input.edges.size()),
                .unit = "µs",
                .scale = 1e6,
                .second_title = "the call without it"};
  const auto* const input = &on.input;
  for (const backend who : backends) {
    row r{.name = telar_row(who), .measure = apart([=, how = on.how] {
                                    return by_call(who, how, *input);
                                  })};
    if (who == backend::threads || who == backend::workers) r.goals = {below};
    passing.rows.push_back(std::move(r));
  }
  passing.rows.push_back(
      {.name = "telar, encoded, decoded and found",
       .measure = apart([=, how = on.how] { return by_hand(how, *input); }),
       .goals = {below}});
  for (const peer& who : python_peers) {
    passing.rows.push_back(
        on.python.make_row(who, std::string(who.name) + ", a dict",
                           {{"measure", "graph"},
                            {"workers", on.how.workers},
                            {"vertices", on.input.vertices},
                            {"edges", on.input.edges.size()}}));
  }
  all.push_back(std::move(passing));
}

}  // namespace bench
