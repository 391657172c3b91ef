// tests/history/specifications.hpp: what a graph's objects do when one call
// follows the other.  See search.hpp for the form.
//
// On the live graph each end of an edge is an object of its own, since its two
// ends are two stores; a snapshot has whole edges.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "history/operation.hpp"

namespace telar::test {

/// One adjacency: the list of targets at one end.
struct adjacency_spec {
  enum class verb { append, erase, refuse, find, miss, size, list };
  struct action {
    verb what;
    std::uint8_t target = 0;
    unsigned count = 1;  ///< Entries of an edge: 2 for a loop; or the size.
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
      case verb::erase:
        return erase(list, a.target, a.count);
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

  /// Removes the first edge to this target.
  static bool erase(std::vector<std::uint8_t>& list, std::uint8_t target,
                    unsigned count) {
    const auto first = std::ranges::find(list, target);
    if (first == list.end()) return false;
    list.erase(first, first + count);
    return true;
  }
};

/// All (out-)lists together: what a snapshot shows, and what changes them.
struct snapshot_spec {
  enum class verb { append, erase, see };
  struct action {
    verb what;
    std::uint8_t source = 0;
    std::uint8_t target = 0;
    bool both_ends = false;
    std::vector<std::uint8_t> all{};  ///< Each list behind its length.
  };
  struct state {
    std::array<std::vector<std::uint8_t>, history_vertices> lists{};
    [[nodiscard]] std::string text() const {
      std::string all;
      for (const auto& list : lists) {
        all += static_cast<char>(list.size());
        all.append(list.begin(), list.end());
      }
      return all;
    }
  };

  static bool step(state& s, const action& a) {
    const auto change = [&](std::uint8_t at, std::uint8_t target) {
      auto& list = s.lists[at];
      if (a.what == verb::erase) {
        return adjacency_spec::erase(list, target, 1);
      }
      list.push_back(target);
      return true;
    };
    if (a.what == verb::see) {
      return s.text() == std::string(a.all.begin(), a.all.end());
    }
    return change(a.source, a.target) &&
           (!a.both_ends || change(a.target, a.source));
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
