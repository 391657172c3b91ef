// benchmarks/executor/table.hpp: rows that are measured in turn, and printed as
// tables of Markdown.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// What one round of a row found: seconds, a rate or a share.
struct measured {
  double value = 0;
  double second = 0;  ///< What the table's `second_title` says.
};

/// The row cannot be measured on this machine; the message says why.
struct not_here : std::runtime_error {
  using runtime_error::runtime_error;
};

/// What a row is meant to reach.
struct goal {
  enum class of { value, ratio_to_peer };
  enum class side { most, least };
  of what = of::value;
  side bound = side::most;
  double limit = 0;  ///< In the unit of the table, or a ratio.
};

struct row {
  std::string name;
  /// One round.  It verifies what it measured, and throws if that is wrong.
  std::function<measured()> measure;
  std::string peer{};  ///< The row that it is compared with besides.
  std::vector<goal> goals{};
  std::vector<double> values{};  ///< One a round.
  std::vector<double> seconds{};
  std::string missing{};  ///< Why there are no values.
};

inline constexpr auto plain_name = "plain loop";

struct table {
  std::string key;  ///< In the JSON file.
  std::string title;
  std::string unit;
  double scale = 1;  ///< From what rows measure to `unit`.
  bool more_is_better = false;
  std::string second_title{};  ///< Empty: rows have no second figure.
  std::string peer_title{};    ///< Empty: no row has a peer.
  double tasks = 0;            ///< Of a call that took `value`; 0: no rate.
  std::vector<row> rows{};
};

/// Measures all rows in turn, `rounds` times: what else the machine does
/// meanwhile then meets all of them.  Progress goes to stderr.
/// Throws std::runtime_error if a result is wrong.
void measure_all(std::vector<table>& tables, unsigned rounds);

void print(const table& what);
[[nodiscard]] nlohmann::json to_json(const table& what);

/// The goals, as bench::targets has them.
[[nodiscard]] nlohmann::json goals_of(const std::vector<table>& tables);

}  // namespace bench
