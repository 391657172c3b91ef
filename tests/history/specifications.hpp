// tests/history/specifications.hpp: what a graph's objects do when one call
// follows the other.  See search.hpp for the form.
//
// On the live graph each end of an edge is an object of its own, since its two
// ends are two stores.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace telar::test {

/// One adjacency: the list of targets at one end.
struct adjacency_spec {
  enum class verb { append, refuse, find, miss, size, list };
  struct action {
    verb what;
    std::uint8_t target = 0;
    unsigned count = 1;  ///< Entries appended: 2 for a loop; or the size.
    std::optional<unsigned> position{};  ///< Where the caller was told it is.
    std::vector<std::uint8_t> all{};
    bool forbid = false;
  };
  struct state {
    std::vector<std::uint8_t> targets{};
    [[nodiscard]] std::string text() const {
      return {targets.begin(), targets.end()};
    }
  };

  static bool step(state& s, const action& a) {
    auto& list = s.targets;
    const bool fits = !a.position || *a.position < list.size();
    switch (a.what) {
      case verb::append:
        if (a.position && *a.position != list.size()) return false;
        if (a.forbid && std::ranges::count(list, a.target) != 0) return false;
        list.insert(list.end(), a.count, a.target);
        return true;
      case verb::refuse:
      case verb::find:
        // The first one is found.
        return fits &&
               *a.position == std::ranges::find(list, a.target) - list.begin();
      case verb::miss:
        return std::ranges::count(list, a.target) == 0;
      case verb::size:
        return list.size() == a.count;
      case verb::list:
        return list == a.all;
    }
    return false;
  }
};

/// The number of vertices.
struct count_spec {
  enum class verb { add, add_unless_there, see, read };
  struct action {
    verb what;
    std::uint64_t told;  ///< The number read; the id added, or seen to be.
  };
  struct state {
    std::uint64_t count = 0;
    [[nodiscard]] std::string text() const { return std::to_string(count); }
  };

  static bool step(state& s, const action& a) {
    if (a.what == verb::see || a.what == verb::add_unless_there) {
      if (a.told < s.count) return true;
      if (a.what == verb::see) return false;
    }
    if (a.told != s.count) return false;
    if (a.what != verb::read) ++s.count;
    return true;
  }
};

/// The vertex of one key.
struct key_spec {
  struct action {
    bool add;
    std::optional<std::uint64_t> told;
  };
  struct state {
    std::optional<std::uint64_t> vertex{};
    [[nodiscard]] std::string text() const {
      return vertex ? std::to_string(*vertex) : "";
    }
  };

  static bool step(state& s, const action& a) {
    if (a.add && !s.vertex) s.vertex = a.told;
    return s.vertex == a.told;
  }
};

}  // namespace telar::test
