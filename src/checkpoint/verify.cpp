// Verifying a checkpoint.
#include <cstdio>
#include <random>

#include "adjacency/edge_ends.hpp"
#include "checkpoint/crc32c.hpp"
#include "checkpoint/verifier.hpp"
#include "keys/key.hpp"

namespace telar {

void checkpoint::verify(const progress_function& progress) const {
  detail::verifier(*file_, progress).run();
}

namespace detail {
namespace {

std::string hexadecimal(std::uint32_t number) {
  char text[12];
  std::snprintf(text, sizeof text, "%08x", number);
  return text;
}

}  // namespace

void verifier::run() {
  check_sums();
  check_padding();
  check_removed();
  check_lists();
  if (what_.keys != 0) check_keys();
}

void verifier::check_sums() {
  constexpr std::uint64_t step = 1 << 24;
  for (unsigned i = 0; i < checkpoint_parts; ++i) {
    const auto part = static_cast<checkpoint_part>(i);
    const checkpoint_section& section = what_.sections[part];
    crc32c sum;
    for (std::uint64_t at = 0; at < section.bytes; at += step) {
      sum.add(file_.section(part) + at, std::min(step, section.bytes - at));
      if (tell_) tell_((section.offset + at) / 2, what_.file_bytes);
    }
    const std::uint32_t found = section.bytes == 0 ? 0 : sum.value();
    if (found != section.checksum) {
      file_.fail(std::string("its section ") + name_of(part) +
                 " is damaged (checksum " + hexadecimal(found) + ", not " +
                 hexadecimal(section.checksum) + ").");
    }
  }
}

void verifier::check_padding() const {
  std::uint64_t end = sizeof(checkpoint_header);
  for (const checkpoint_section& section : what_.sections) {
    if (section.bytes == 0) continue;
    for (std::uint64_t at = end; at < section.offset; ++at) {
      if (file_.bytes()[at] == std::byte{0}) continue;
      file_.fail("byte " + std::to_string(at) +
                 ", between two sections, is not 0.");
    }
    end = section.offset + section.bytes;
  }
}

void verifier::check_removed() {
  removed_.resize(what_.vertices);
  const auto* const ids = file_.section<vertex_id>(removed_ids);
  for (std::uint64_t i = 0; i < what_.removed; ++i) {
    if (ids[i] >= what_.vertices || (i != 0 && ids[i] <= ids[i - 1])) {
      file_.fail("its removed vertices are not ascending ids.");
    }
    removed_[ids[i]] = true;
  }
}

void verifier::fail_list(vertex_id v, const std::string& why) const {
  file_.fail("the adjacency of vertex " + std::to_string(v) + " " + why);
}

void verifier::check_lists() {
  std::random_device random;
  seed_ = std::uint64_t{random()} << 32 | random();
  if (what_.parallel == static_cast<std::uint32_t>(parallel_edges::forbid)) {
    last_source_.resize(what_.vertices);
  }
  for (const bool in : {false, true}) {
    if (in &&
        what_.kind != static_cast<std::uint32_t>(graph_kind::bidirectional))
      break;
    const mapped_lists lists = file_.lists(in);
    if (lists.offsets[0] != 0 ||
        lists.offsets[what_.vertices] != lists.entries) {
      file_.fail("its offsets do not begin at 0, or do not end at the end.");
    }
    for (std::uint64_t i = 0; i < what_.vertices; ++i) {
      const auto v = static_cast<vertex_id>(i);
      const std::uint64_t begin = lists.offsets[i];
      const std::uint64_t end = lists.offsets[i + 1];
      if (!lists.holds(begin, end)) fail_list(v, "is not where it says.");
      check_list(v, in, {lists.targets + begin, end - begin});
      if (tell_ && i % (what_.vertices / 50 + 1) == 0) {
        tell_(what_.file_bytes / 2 + what_.file_bytes / 2 * i / what_.vertices,
              what_.file_bytes);
      }
    }
  }
  const bool one_ended =
      what_.kind == static_cast<std::uint32_t>(graph_kind::directed);
  if (unpaired_ != 0 && !one_ended) {
    file_.fail("some edges are at one of their ends only.");
  }
  const bool twice =
      what_.kind == static_cast<std::uint32_t>(graph_kind::undirected);
  if (what_.edges != (twice ? what_.out_entries / 2 : what_.out_entries)) {
    file_.fail("its number of edges is not that of its entries.");
  }
}

void verifier::check_list(vertex_id v, bool in,
                          std::span<const vertex_id> all) {
  if (removed_[v] && !all.empty()) fail_list(v, "is one of a removed vertex.");
  edge_ends at(static_cast<graph_kind>(what_.kind), v, in ? 1 : 0);
  for (const vertex_id target : all) {
    if (target >= what_.vertices) {
      fail_list(v, "names vertex " + std::to_string(target) +
                       ", which does not exist.");
    }
    if (removed_[target]) {
      fail_list(
          v, "names vertex " + std::to_string(target) + ", which was removed.");
    }
    const edge_end here = at.next(target);
    const std::uint64_t name = mix(here.ends ^ seed_);
    unpaired_ += here.first ? name : 0 - name;
  }
  if (at.half_a_loop()) fail_list(v, "has half a loop.");
  if (!last_source_.empty() && !in) check_parallel(v, all);
}

void verifier::check_parallel(vertex_id v, std::span<const vertex_id> all) {
  std::uint64_t loops = 0;
  for (const vertex_id target : all) {
    const bool second_of_loop =
        target == v && loops++ == 1 &&
        what_.kind == static_cast<std::uint32_t>(graph_kind::undirected);
    if (last_source_[target] == v + 1 && !second_of_loop) {
      fail_list(v, "names vertex " + std::to_string(target) +
                       " twice, where parallel edges are forbidden.");
    }
    last_source_[target] = v + 1;
  }
}

void verifier::check_keys() const {
  std::uint64_t end_of_texts = 0;
  for (std::uint64_t i = 0; i < what_.vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    const std::string_view key = file_.key(v);
    const auto at =
        static_cast<std::uint64_t>(key.data() - file_.section<char>(key_bytes));
    if (at != end_of_texts) {
      file_.fail("the key of vertex " + std::to_string(v) +
                 " is not where it says.");
    }
    end_of_texts += key.size();
    if (!removed_[v] && file_.find(key) != v) {
      file_.fail("vertex " + std::to_string(v) + " is not found by its key.");
    }
  }
  if (end_of_texts != what_.sections[key_bytes].bytes) {
    file_.fail("its keys do not end at the end.");
  }
  std::uint64_t taken = 0;
  const auto* const slots = file_.section<std::uint32_t>(key_slots);
  for (std::uint64_t i = 0; i < what_.key_slots; ++i) taken += slots[i] != 0;
  if (taken != what_.vertices - what_.removed) {
    file_.fail("its key table has another number of keys.");
  }
}

}  // namespace detail
}  // namespace telar
