// tests/mutants/mutant.hpp: a mutant, as tests/mutants/table.py describes it.
#pragma once

#include <string>
#include <vector>

/// Which mutant this program is: its place in the table, from 1; 0 is none.
extern "C" int telar_mutant;

namespace telar::test {

struct mutant {
  std::string name;
  std::string finder;    ///< "METHOD: SCENARIO".
  std::string survives;  ///< Why; empty: it must be found.
};

extern const std::vector<mutant> mutants;

}  // namespace telar::test
