// isolation: five edges, each added by another, and who sees which of them.
//
//   $ isolation
//   who sees an edge       that was added by
//                          parent   parent   a        a forked an
//                          before   after    thread   child    unrelated
//   on one                 a fork   it       of its            process
//   shared graph
//     parent               yes      yes      yes      yes      yes
//     its thread           yes      yes      yes      yes      yes
//     forked child         yes      yes      yes      yes      yes
//     child forked later   yes      yes      yes      yes      yes
//     unrelated process    yes      yes      yes      yes      yes
//   file graph
//     parent               yes      yes      yes      yes      yes
//     its thread           yes      yes      yes      yes      yes
//     forked child         yes      yes      yes      yes      yes
//     child forked later   yes      yes      yes      yes      yes
//     unrelated process    yes      yes      yes      yes      yes
//   anonymous graph
//     parent               yes      yes      yes      yes      .
//     its thread           yes      yes      yes      yes      .
//     forked child         yes      yes      yes      yes      .
//     child forked later   yes      yes      yes      yes      .
//     unrelated process    cannot reach it
//   isolated graph
//     parent               yes      yes      yes      .        .
//     its thread           yes      yes      yes      .        .
//     forked child         yes      .        .        yes      .
//     child forked later   yes      yes      yes      .        .
//     unrelated process    cannot reach it
//   cloned graph: each process on a copy of its own of a shared one
//     parent               yes      yes      yes      .        .
//     its thread           yes      yes      yes      .        .
//     forked child         yes      .        .        yes      .
//     child forked later   yes      .        .        .        .
//     unrelated process    yes      .        .        .        yes
//   what 10000 edges among 100000 vertices cost a forked child
//     shared graph             3 pages of its own,     0.01 MiB
//     isolated graph         716 pages of its own,     2.80 MiB
//   a private mapping (MAP_PRIVATE) of a live graph's file, while edges are added
//     is changed by them: it is no snapshot
//     a snapshot has 1 edge still, the graph has 1001
//
// An isolated graph takes the same calls as a shared one, but the pages that a
// forked process writes to are copied for it, one by one.  A clone is a copy of
// all of it, made at once, beside writers, of any graph and by any process.  The
// numbers of pages differ a little from run to run; those of the shared graph are
// the child's stack and heap.

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>
#include <thread>
#include <vector>

#include "support/crew.hpp"
#include "support/shared.hpp"

namespace {

constexpr const char* program = "isolation";
constexpr std::uint64_t reserve = 256 << 20;

/// Edge 0–k is added by the k-th of these.
enum adder : unsigned { before_fork = 1, after_fork, thread, child, unrelated };
constexpr unsigned vertices = 6;

/// Bit k: 0–k is seen.
unsigned seen_in(const telar::graph& g) {
  g.refresh();
  unsigned mask = 0;
  for (const auto other : g.neighbors(0)) mask |= 1u << other;
  return mask;
}

/// A graph that the others find by its name, if it has one.
struct stage {
  std::string title;
  telar::location where;
  bool cloned = false;

  [[nodiscard]] bool named() const {
    return where.placement() <= telar::placement::file;
  }
  [[nodiscard]] telar::graph clone() const {
    return telar::graph::open(where).clone(telar::isolated,
                                           {.reserve = reserve});
  }
};

void print(const char* who, unsigned seen) {
  std::string line = fmt::format("  {:<21}", who);
  for (unsigned k = before_fork; k <= unrelated; ++k) {
    line += fmt::format("{:<9}", (seen >> k & 1) != 0 ? "yes" : ".");
  }
  fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
}

/// What the program does as the unrelated process: its exit code is what it saw.
int be_unrelated(const std::string& name, bool cloned) {
  auto g = telar::graph::open(name);
  if (cloned) g = g.clone(telar::isolated, {.reserve = reserve});
  g.add_edge(0, unrelated);
  return static_cast<int>(seen_in(g));
}

/// This program, started anew: all that it knows is a name.
unsigned run_unrelated(const stage& on) {
  const std::string name = on.where.name();
  const char* const arguments[] = {program, on.cloned ? "--clone" : "--open",
                                   name.c_str(), nullptr};
  pid_t pid = 0;
  if (::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr,
                    const_cast<char* const*>(arguments), environ) != 0) {
    throw std::runtime_error("cannot start another process");
  }
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
    throw std::runtime_error("the other process failed");
  }
  return static_cast<unsigned>(WEXITSTATUS(status));
}

/// How far they have come, and what the children saw.
struct board {
  std::atomic<int> step{0};
  std::atomic<unsigned> child{0};
  std::atomic<unsigned> later_child{0};

  void wait_for(int reached) const {
    while (step < reached) std::this_thread::yield();
  }
};

void show(const stage& on) {
  auto g = telar::graph::create(on.where, {.reserve = reserve});
  g.add_vertices(vertices);
  g.add_edge(0, before_fork);
  if (on.cloned) g = on.clone();
  const demo::shared<board> all;

  demo::crew forked(program, 1, [&](unsigned) {
    if (on.cloned) g = on.clone();
    all->step = 1;
    all->wait_for(2);
    g.add_edge(0, child);
    all->step = 3;
    all->wait_for(4);
    all->child = seen_in(g);
  });
  all->wait_for(1);
  g.add_edge(0, after_fork);
  std::jthread([&] { g.add_edge(0, thread); }).join();
  all->step = 2;
  all->wait_for(3);
  const unsigned by_unrelated = on.named() ? run_unrelated(on) : 0;
  unsigned by_thread = 0;
  std::jthread([&] { by_thread = seen_in(g); }).join();
  demo::crew later(program, 1, [&](unsigned) {
    if (on.cloned) g = on.clone();
    all->later_child = seen_in(g);
  });
  all->step = 4;
  if (!forked.join() || !later.join())
    throw std::runtime_error("a child failed");

  fmt::print("{}\n", on.title);
  print("parent", seen_in(g));
  print("its thread", by_thread);
  print("forked child", all->child);
  print("child forked later", all->later_child);
  if (on.named()) {
    print("unrelated process", by_unrelated);
    telar::graph::remove(on.where);
  } else {
    fmt::print("  {:<21}cannot reach it\n", "unrelated process");
  }
}

/// Pages that this process alone has.
std::uint64_t own_pages() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  for (std::string word; rollup >> word;) {
    if (word != "Private_Dirty:") continue;
    std::uint64_t kilobytes = 0;
    rollup >> kilobytes;
    return kilobytes / 4;
  }
  throw std::runtime_error("the system does not tell of pages");
}

void show_cost(const char* title, telar::placement where) {
  constexpr telar::vertex_id many = 100'000;
  auto g = telar::graph::create(where, {.reserve = reserve});
  g.reserve(many, 600'000);
  g.add_vertices(many);
  std::vector<telar::endpoints> edges;
  for (std::uint64_t i = 0; i < 500'000; ++i) {
    edges.push_back({static_cast<telar::vertex_id>(i * 7919 % many),
                     static_cast<telar::vertex_id>(i * 104'729 % many)});
  }
  g.add_edges(edges);
  g.populate();
  const demo::shared<std::atomic<std::uint64_t>> pages;
  demo::crew writer(program, 1, [&](unsigned) {
    const std::uint64_t start = own_pages();
    g.add_edges(std::span(edges).first(10'000));
    *pages = own_pages() - start;
  });
  if (!writer.join()) throw std::runtime_error("a child failed");
  fmt::print("  {:<19}{:>7} pages of its own, {:>8.2f} MiB\n", title,
             pages->load(), static_cast<double>(*pages) / 256);
}

/// A private mapping of all of a file, and the sum of its bytes.
class private_mapping {
 public:
  explicit private_mapping(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    size_ = std::filesystem::file_size(path);
    bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (bytes_ == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  }
  ~private_mapping() { ::munmap(bytes_, size_); }
  private_mapping(const private_mapping&) = delete;

  [[nodiscard]] std::uint64_t sum() const {
    const std::span words(static_cast<const std::uint64_t*>(bytes_), size_ / 8);
    return std::accumulate(words.begin(), words.end(), std::uint64_t{0});
  }

 private:
  std::size_t size_ = 0;
  void* bytes_ = nullptr;
};

void show_private_mapping(const std::string& path) {
  auto g = telar::graph::create(path, {.reserve = 16 << 20});
  g.add_vertices(2);
  g.add_edge(0, 1);
  const private_mapping mapped(path);
  const std::uint64_t sum = mapped.sum();
  const auto then = g.snapshot();
  for (int i = 0; i < 1000; ++i) g.add_edge(0, 1);
  fmt::print("  {}\n", mapped.sum() != sum
                           ? "is changed by them: it is no snapshot"
                           : "is not changed by them");
  fmt::print("  a snapshot has {} edge still, the graph has {}\n",
             then.edge_count(), g.edge_count());
  telar::graph::remove(path);
}

void show_all(const std::string& name, const std::string& path) try {
  fmt::print(
      "who sees an edge       that was added by\n"
      "                       parent   parent   a        a forked an\n"
      "                       before   after    thread   child    unrelated\n"
      "on one                 a fork   it       of its            process\n");
  show({"shared graph", name});
  show({"file graph", path});
  show({"anonymous graph", telar::anonymous});
  show({"isolated graph", telar::isolated});
  show({"cloned graph: each process on a copy of its own of a shared one", name,
        true});
  fmt::print("what 10000 edges among 100000 vertices cost a forked child\n");
  show_cost("shared graph", telar::anonymous);
  show_cost("isolated graph", telar::isolated);
  fmt::print(
      "a private mapping (MAP_PRIVATE) of a live graph's file, while edges are "
      "added\n");
  show_private_mapping(path);
} catch (...) {
  telar::graph::remove(name);
  telar::graph::remove(path);
  throw;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 3)
    return be_unrelated(argv[2], std::string(argv[1]) == "--clone");
  const std::string own = fmt::format("isolation-{}", ::getpid());
  const std::string path =
      (std::filesystem::temp_directory_path() / (own + ".telar")).string();
  show_all(own, path);
} catch (const std::exception& failure) {
  std::fprintf(stderr, "%s: %s\n", program, failure.what());
  return 1;
}
