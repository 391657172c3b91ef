// cli/output.hpp: how results and messages are written.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <telar/report.hpp>

namespace telar::cli {

/// Keys stay in the order in which they were written.
using json = nlohmann::ordered_json;

/// Writes `telar: MESSAGE` on standard error.
void complain(std::string_view message);

/// Writes a value on standard output.  Bytes of keys that are not UTF-8 become
/// U+FFFD: JSON has no other way to say them.
void print_json(const json& value);

/// "64 KiB", "1.5 GiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// The time since `seconds` after 1970: "3 min".
[[nodiscard]] std::string age_text(std::uint64_t seconds);

/// What `info --json` and `ls --json` say of a graph.
[[nodiscard]] json to_json(const graph_info& info);

/// Leaves out the threads of this process: who looks is not what is asked.
void without_self(graph_info& info);

/// The participants that are alive and not of this process.
[[nodiscard]] std::vector<participant_info> live_others(const graph_info& info);

/// "2 threads are attached (4711 importer, 4712 …)".
[[nodiscard]] std::string attached_text(
    const std::vector<participant_info>& attached);

}  // namespace telar::cli
