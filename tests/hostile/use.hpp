// tests/hostile/use.hpp: all that one may do with a segment that may be
// anything.  Errors of the library are what is expected of it; everything else
// is a failure.
#pragma once

#include <telar/options.hpp>

namespace telar::test {

/// How much of it.  Whatever changes the segment comes last.
struct usage {
  bool change = false;
  bool examine = false;
  bool repair = false;
  bool salvage = false;
  bool columns = false;
};

/// Opens, checks, reads everything, walks breadth first, writes it out; and
/// what `how` says.  The segment is then in no certain state.
void use(const location& where, const usage& how);

}  // namespace telar::test
