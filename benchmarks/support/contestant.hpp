// benchmarks/support/contestant.hpp: what is measured, and by whom it is run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <telar/types.hpp>
#include <vector>

#include "rmat.hpp"

namespace bench {

enum class worker_kind { threads, processes };

struct crew {
  worker_kind kind = worker_kind::threads;
  unsigned workers = 1;
  friend bool operator==(crew, crew) = default;
};

/// "1 thread", "2 processes" …
[[nodiscard]] std::string to_string(crew workers);

/// Bytes; 0 when the structure cannot tell.
struct memory_use {
  std::uint64_t used = 0;
  std::uint64_t committed = 0;
};

/// A graph under test, or what stands for one.  It is made before the clock
/// starts, in the process that forks the workers or starts the threads.
class structure {
 public:
  structure() = default;
  structure(const structure&) = delete;
  structure& operator=(const structure&) = delete;
  virtual ~structure() = default;

  /// Called by each of `workers` before the clock starts, unless the run is a
  /// cold one: maps the memory that it will write.
  virtual void warm_up(unsigned workers) = 0;

  /// Called by each worker at the same time, with its part of the edges.
  virtual void insert(std::span<const telar::endpoints> part) = 0;

  /// For the verification afterwards.
  [[nodiscard]] virtual std::uint64_t edge_count() const = 0;
  [[nodiscard]] virtual std::uint64_t degree(telar::vertex_id v) const = 0;

  [[nodiscard]] virtual memory_use memory() const { return {}; }
};

struct contestant {
  std::string name;
  crew workers;
  /// Makes it; with `warm`, its memory is committed.
  std::function<std::unique_ptr<structure>(const rmat& input, bool warm)> make;

  [[nodiscard]] std::string label() const {
    return name + ", " + to_string(workers);
  }
};

/// The bound that the others are compared with.
inline constexpr auto touch_name = "random touch";
inline constexpr auto telar_name = "telar, one by one";
inline constexpr auto telar_span_name = "telar, by span";
/// The same, with a feed of changes.
inline constexpr auto telling_name = "telar with a feed, one by one";
inline constexpr auto telling_span_name = "telar with a feed, by span";
inline constexpr auto one_mutex_name = "Boost.Interprocess, one mutex";
inline constexpr auto vertex_mutex_name = "Boost.Interprocess, mutex a vertex";

/// Each appends its contestants, with every crew that they can work with.
void add_touch(std::vector<contestant>& all);
void add_telar(std::vector<contestant>& all);
void add_telar_telling(std::vector<contestant>& all, std::uint64_t changes);
void add_interprocess(std::vector<contestant>& all);
void add_boost_graph(std::vector<contestant>& all);
void add_tbb(std::vector<contestant>& all);

/// One and two threads; one and two processes.
inline constexpr crew thread_crews[] = {{worker_kind::threads, 1},
                                        {worker_kind::threads, 2}};
inline constexpr crew process_crews[] = {{worker_kind::processes, 1},
                                         {worker_kind::processes, 2}};

}  // namespace bench
