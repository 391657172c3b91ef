// Writing a checkpoint: first the sizes of all sections, then these one after
// the other, each by a walk over a snapshot, which stands still meanwhile.
#include <bit>
#include <cstring>
#include <ctime>
#include <vector>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "checkpoint/section_writer.hpp"
#include "error/raise.hpp"
#include "graph/frozen_snapshot.hpp"
#include "keys/key.hpp"

namespace telar {
namespace detail {
namespace {

class checkpoint_writer {
 public:
  checkpoint_writer(frozen_snapshot& from, const snapshot& then) : from_(from) {
    describe(then);
    measure();
  }

  void write(const std::string& path, const checkpoint_options& how) {
    replacement file(path, how.mode);
    section_writer out(file, header_, how.progress);
    for (std::uint32_t list = 0; list < from_.lists(); ++list) {
      write_lists(out, list);
    }
    out.begin(removed_ids);
    out.put(removed_.data(), removed_.size() * sizeof(vertex_id));
    out.end();
    if (keyed()) write_keys(out);
    header_.checksum = checksum_of(header_);
    file.write(&header_, sizeof header_, 0);
    file.publish();
    if (how.progress) how.progress(header_.file_bytes, header_.file_bytes);
  }

 private:
  [[nodiscard]] bool keyed() const { return from_.what.keys != key_kind::none; }
  template <typename Visit>
  void for_each_vertex(Visit&& visit) const {
    for (std::uint64_t v = 0; v < from_.vertices; ++v) {
      visit(static_cast<vertex_id>(v));
    }
  }

  void describe(const snapshot& then) {
    const graph_options& what = from_.what;
    std::memcpy(header_.magic, checkpoint_magic, sizeof header_.magic);
    header_.format = checkpoint_format;
    header_.byte_order = checkpoint_byte_order;
    header_.kind = static_cast<std::uint32_t>(what.kind);
    header_.parallel = static_cast<std::uint32_t>(what.parallel);
    header_.keys = static_cast<std::uint32_t>(what.keys);
    header_.payload_size = what.payload.size;
    header_.payload_alignment = what.payload.alignment;
    std::memcpy(header_.payload_name, what.payload.name.data(),
                what.payload.name.size());
    header_.vertices = from_.vertices;
    header_.created = static_cast<std::uint64_t>(std::time(nullptr));
    header_.epoch = then.epoch();
    std::memcpy(header_.uuid, from_.uuid(), sizeof header_.uuid);
    std::memcpy(&header_.key_seed, header_.uuid, sizeof header_.key_seed);
  }

  void measure() {
    std::uint64_t bytes_of_keys = 0;
    for_each_vertex([&](vertex_id v) {
      header_.out_entries += from_.list(v, 0).targets.size();
      if (from_.lists() == 2) {
        header_.in_entries += from_.list(v, 1).targets.size();
      }
      if (from_.is_removed(v)) removed_.push_back(v);
      if (keyed()) bytes_of_keys += from_.key_bytes(v).size();
    });
    header_.removed = removed_.size();
    header_.edges = from_.what.kind == graph_kind::undirected
                        ? header_.out_entries / 2
                        : header_.out_entries;
    const std::uint64_t found_by_key = from_.vertices - removed_.size();
    header_.key_slots = keyed() ? std::bit_ceil(2 * found_by_key | 1) : 0;
    place_sections(header_, bytes_of_keys);
  }

  void write_lists(section_writer& out, std::uint32_t list) {
    const bool in = list == 1;
    std::uint64_t sum = 0;
    out.begin(in ? in_offsets : out_offsets);
    out.put(sum);
    for_each_vertex([&](vertex_id v) {
      sum += from_.list(v, list).targets.size();
      out.put(sum);
    });
    out.end();
    out.begin(in ? in_targets : out_targets);
    for_each_vertex([&](vertex_id v) {
      const auto all = from_.list(v, list).targets;
      out.put(all.data(), all.size_bytes());
    });
    out.end();
    out.begin(in ? in_payloads : out_payloads);
    if (header_.payload_size != 0) {
      for_each_vertex([&](vertex_id v) {
        const auto all = from_.list(v, list);
        out.put(all.payloads, all.targets.size() * header_.payload_size);
      });
    }
    out.end();
  }

  void write_keys(section_writer& out) {
    std::uint64_t sum = 0;
    out.begin(key_offsets);
    if (from_.what.keys == key_kind::string) {
      out.put(sum);
      for_each_vertex([&](vertex_id v) {
        sum += from_.key_bytes(v).size();
        out.put(sum);
      });
    }
    out.end();
    out.begin(key_bytes);
    for_each_vertex([&](vertex_id v) {
      const auto text = from_.key_bytes(v);
      out.put(text.data(), text.size());
    });
    out.end();
    out.begin(key_slots);
    const std::vector<std::uint32_t> slots = fill_slots();
    out.put(slots.data(), slots.size() * sizeof(std::uint32_t));
    out.end();
  }

  [[nodiscard]] std::vector<std::uint32_t> fill_slots() const {
    std::vector<std::uint32_t> slots(header_.key_slots);
    const std::uint64_t mask = header_.key_slots - 1;
    for_each_vertex([&](vertex_id v) {
      if (from_.is_removed(v)) return;
      std::uint64_t at = key(from_.key_bytes(v), header_.key_seed).hash & mask;
      while (slots[at] != 0) at = (at + 1) & mask;
      slots[at] = v + 1;
    });
    return slots;
  }

  frozen_snapshot& from_;
  checkpoint_header header_{};
  std::vector<vertex_id> removed_;
};

}  // namespace
}  // namespace detail

void snapshot::checkpoint(const std::string& path,
                          const checkpoint_options& how) const {
  detail::frozen_snapshot from(*this);
  detail::checkpoint_writer(from, *this).write(path, how);
}

void graph::checkpoint(const std::string& path,
                       const checkpoint_options& how) const {
  snapshot().checkpoint(path, how);
}

}  // namespace telar
