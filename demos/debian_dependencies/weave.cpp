// demos/debian_dependencies/weave.cpp: forks the processes, and watches them.
#include "weave.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <chrono>
#include <new>
#include <span>
#include <stdexcept>
#include <thread>

#include "support/crew.hpp"
#include "watch.hpp"

namespace demo {
namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// Inserts a slice, and says on the board how far it has come.
void work(telar::graph& g, std::string_view text, std::string_view slice,
          progress& mine, bool slowly) {
  const auto start = clock::now();
  mine.pid = static_cast<std::uint32_t>(::getpid());
  insert(g, slice, [&](std::string_view stanza, std::uint64_t added) {
    mine.at = static_cast<std::uint64_t>(stanza.data() - text.data());
    mine.edges += added;
    if (++mine.packages % 2 == 0 && slowly) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  mine.nanoseconds = static_cast<std::uint64_t>(1e9 * seconds_since(start));
  mine.edges_seen = g.edge_count();
}

}  // namespace

telar::graph make_graph(telar::placement where) {
  return telar::graph::create(where, {.kind = telar::graph_kind::bidirectional,
                                      .parallel = telar::parallel_edges::forbid,
                                      .keys = telar::key_kind::string});
}

weaving weave(telar::graph& g, const package_index& index, unsigned processes,
              bool watch) {
  const auto slices = index.slices(processes);
  auto memory = boost::interprocess::anonymous_shared_memory(processes *
                                                             sizeof(progress));
  const std::span board(new (memory.get_address()) progress[processes],
                        processes);

  const auto start = clock::now();
  crew workers("debian_dependencies", processes, [&](unsigned i) {
    work(g, index.text(), slices[i], board[i], watch);
  });
  if (watch) {
    watcher screen(g, index.text(), slices);
    do {
      screen.draw(board);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    } while (workers.running());
    screen.draw(board);
  }
  if (!workers.join()) throw std::runtime_error("a process failed");

  weaving result{.weavers = {}, .seconds = seconds_since(start)};
  for (const progress& p : board) {
    result.weavers.push_back({p.pid, p.packages, p.edges, p.edges_seen,
                              1e-9 * static_cast<double>(p.nanoseconds)});
  }
  return result;
}

}  // namespace demo
