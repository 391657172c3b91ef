// tests/support/placed.hpp: a location in each of the placements.
#pragma once

#include <ostream>

#include <telar/options.hpp>

#include "support/segment_name.hpp"

namespace telar {

inline std::ostream& operator<<(std::ostream& out, placement where) {
  return out << to_string(where);
}

}  // namespace telar

namespace telar::test {

/// A new location, removed at the end:
/// `const placed where(GENERATE(placement::anonymous, placement::file));`.
class placed {
 public:
  explicit placed(placement where) : where_(where) {}

  operator location() const {  // NOLINT: implicit on purpose
    if (where_ == placement::shared) return name_;
    if (where_ == placement::file) return file_;
    return where_;
  }

  /// Where the segment is a file of its own, shared memory included.
  [[nodiscard]] std::filesystem::path path() const {
    if (where_ == placement::file) return file_.path();
    return "/dev/shm/telar.1." + name_.text();
  }

 private:
  placement where_;
  segment_name name_{"placed"};
  temporary_file file_{"placed"};
};

}  // namespace telar::test
