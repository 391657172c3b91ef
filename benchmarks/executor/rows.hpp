// benchmarks/executor/rows.hpp: what is measured, a table a function.
#pragma once

#include <vector>

#include "peers.hpp"
#include "settings.hpp"
#include "support/rmat.hpp"
#include "table.hpp"

namespace bench {

/// What the rows refer to; it outlives them.
struct stage {
  settings how;
  const rmat& input;  ///< The edges of the graph tables.
  peers& python;
};

/// Each appends its tables.
void add_squares(std::vector<table>& all, const stage& on);
void add_calls(std::vector<table>& all, const stage& on);
void add_starts(std::vector<table>& all, const stage& on);
void add_graph_passing(std::vector<table>& all, const stage& on);
void add_connects(std::vector<table>& all, const stage& on);
void add_spins(std::vector<table>& all, const stage& on);

/// What the machine gave meanwhile.
void add_disturbance(std::vector<table>& all, const stage& on);

}  // namespace bench
