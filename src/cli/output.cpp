// cli/output.cpp: texts and JSON.
#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace telar::cli {

void complain(std::string_view message) {
  // Not fmt's, which throws where nobody listens.
  const std::string line = fmt::format("telar: {}\n", message);
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

void print_json(const json& value) {
  fmt::print("{}\n", value.dump(2, ' ', false, json::error_handler_t::replace));
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  const bool whole = value == static_cast<double>(static_cast<long>(value));
  return whole ? fmt::format("{:.0f} {}", value, units[unit])
               : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string age_text(std::uint64_t seconds) {
  const auto now = static_cast<std::uint64_t>(std::time(nullptr));
  const std::uint64_t age = now > seconds ? now - seconds : 0;
  if (age < 120) return fmt::format("{} s", age);
  if (age < 120 * 60) return fmt::format("{} min", age / 60);
  if (age < 48 * 3600) return fmt::format("{} h", age / 3600);
  return fmt::format("{} d", age / (24 * 3600));
}

json to_json(const graph_info& info) {
  json participants = json::array();
  for (const participant_info& p : info.participants) {
    participants.push_back({{"pid", p.pid},
                            {"command", p.command},
                            {"alive", p.alive},
                            {"operations", p.operations},
                            {"edges", p.edges},
                            {"waits", p.waits},
                            {"repairs", p.repairs}});
  }
  return {{"name", info.name},
          {"placement", to_string(info.placement)},
          {"kind", to_string(info.kind)},
          {"weight", info.payload.name},
          {"weight_bytes", info.payload.size},
          {"keys", to_string(info.keys)},
          {"parallel_edges", to_string(info.parallel)},
          {"vertices", info.vertices},
          {"edges", info.edges},
          {"bytes_used", info.bytes_used},
          {"bytes_committed", info.bytes_committed},
          {"bytes_reserved", info.bytes_reserved},
          {"bytes_limit", info.bytes_limit},
          {"creator_pid", info.creator_pid},
          {"created", info.created},
          {"uuid", info.uuid},
          {"changes", info.changes},
          {"last_change", info.last_change},
          {"participants", std::move(participants)}};
}

void without_self(graph_info& info) {
  const auto self = static_cast<std::uint32_t>(::getpid());
  std::erase_if(info.participants,
                [&](const participant_info& p) { return p.pid == self; });
}

std::vector<participant_info> live_others(const graph_info& info) {
  graph_info others = info;
  without_self(others);
  std::erase_if(others.participants,
                [](const participant_info& p) { return !p.alive; });
  return others.participants;
}

std::string attached_text(const std::vector<participant_info>& attached) {
  constexpr std::size_t most = 8;
  std::string who;
  for (std::size_t i = 0; i < attached.size() && i < most; ++i) {
    who += fmt::format("{}{} {}", i ? ", " : "", attached[i].pid,
                       attached[i].command);
  }
  if (attached.size() > most) who += ", …";
  return fmt::format("{} {} attached ({})", attached.size(),
                     attached.size() == 1 ? "thread is" : "threads are", who);
}

}  // namespace telar::cli
