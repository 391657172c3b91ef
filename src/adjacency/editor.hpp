// adjacency/editor.hpp: what all changes of adjacencies have in common: whose
// they are, what they lack, and the draft that a change is until its commit.
#pragma once

#include <cstdint>

#include "adjacency/blocks.hpp"
#include "adjacency/feed.hpp"
#include "participant/held_ends.hpp"
#include "participant/owner_lock.hpp"

namespace telar::detail {

/// A change on paper.  Nothing of it counts before `editor::commit`, so it is
/// given up by forgetting it.
struct draft {
  draft(const segment& memory, slot& me, const block_sizes& sizes,
        std::uint32_t epoch)
      : plan(memory, me, sizes),
        next{.epoch = epoch,
             .ends = get(me.intent.ends),
             .edges = get(me.edges)} {}

  block_plan plan;
  change next;
  news told;           ///< What the feed says of it, where there is one.
  bool enough = true;  ///< Of memory, so far.
};

/// Changes adjacencies on behalf of one participant.
class editor {
 public:
  editor(segment& memory, participants& who, blocks& space,
         const wait_options& wait)
      : memory_(memory),
        space_(space),
        me_(who.mine()),
        locker_{who, me_, who.index_of(me_) + 1, wait},
        first_unit_(memory.geometry().first_unit()),
        unit_count_(memory.geometry().unit_count()),
        payload_size_(memory.what().payload_size),
        entry_bytes_(sizeof(vertex_id) + payload_size_),
        kind_(static_cast<graph_kind>(memory.what().kind)) {}

  /// Drops versions that no snapshot needs any more, of at most so many of the
  /// vertices that this participant has noted.  Throws as other changes.
  void drop_versions(unsigned most);

 protected:
  /// `overtaken`: the epoch has moved on while the change waited for the feed.
  enum class attempt {
    done,
    done_growing,
    refused,
    short_of_memory,
    overtaken
  };

  /// Refuses a change inside another one, and ends this thread's reading.
  void begin_change();
  /// What is to be done after an attempt; true: another one.
  bool again(attempt how) {
    if (how == attempt::done_growing) [[unlikely]] {
      if (retired_ != 0) space_.retired(me_, retired_);
    }
    if (how != attempt::short_of_memory) [[likely]]
      return how == attempt::overtaken;
    find_memory();
    return true;
  }

  /// Throws unless the word, which is not 0, has entries, in a block inside the
  /// extents: a damaged one must not let us write elsewhere (I1).
  void require_block(vertex_id v, std::uint64_t word) const {
    const std::uint64_t bytes = capacity_of(degree_of(word)) * entry_bytes_;
    const std::uint64_t into = block_of(word) - first_unit_;
    if (bytes == 0 || into >= unit_count_ ||
        bytes > (unit_count_ - into) * unit) [[unlikely]] {
      fail_damaged(v);
    }
  }
  /// The word of a list.  Throws `corrupt` unless it is 0 or as above.
  [[nodiscard]] std::uint64_t word_of(std::uint32_t list, vertex_id v) const {
    const std::uint64_t word = get(memory_.word(list, v));
    if (word == removed_word) return 0;
    if (word != 0) require_block(v, word);
    return word;
  }
  [[nodiscard]] std::span<const vertex_id> targets(std::uint64_t word) const {
    return {memory_.unit_at<const vertex_id>(block_of(word)), degree_of(word)};
  }
  [[nodiscard]] std::byte* payloads(std::uint64_t block,
                                    std::uint64_t degree) const {
    return memory_.unit_at(block) + capacity_of(degree) * sizeof(vertex_id);
  }

  // ---- Drafts.  Where memory is short, `draft::enough` becomes false.

  [[nodiscard]] draft begin_draft(std::uint32_t epoch) {
    lacking_ = {};
    return {memory_, me_, space_.sizes(), epoch};
  }
  /// A block for an adjacency of this degree; 0 if there is none.
  std::uint64_t take(draft& d, unsigned block_class);
  void retire(draft& d, unsigned block_class, std::uint64_t block);
  void note(draft& d, unsigned queue_class, std::uint64_t number);
  /// One of the change's halves: the list's word afterwards.
  void set_word(draft& d, std::uint32_t half, std::uint32_t list, vertex_id v,
                std::uint64_t word);
  /// Edges more, or less.
  void count(draft& d, std::int64_t edges);
  /// Keeps what the vertex is for the snapshots that read it (I13), and drops
  /// what none reads any more.
  void keep_version(draft& d, vertex_id v);
  attempt commit(draft& d);
  /// Whether a change of this epoch can go on, in its turn at the feed; false:
  /// the epoch has moved.  Throws where its directed edge's target was removed.
  [[nodiscard]] bool can_tell(const feed_turn& turn, std::uint32_t epoch,
                              const news& told) const;

  [[nodiscard]] bool is_marked(vertex_id v) const {
    return (get(memory_.vertices()[v].epoch) & removed_mark) != 0;
  }

  [[noreturn, gnu::cold]] void fail_damaged(vertex_id v) const;
  [[noreturn, gnu::cold]] void fail_removed(vertex_id v) const;
  /// Two lists disagree about an edge.
  [[noreturn, gnu::cold]] void fail_unpaired(vertex_id u, vertex_id v) const;

  segment& memory_;
  blocks& space_;
  slot& me_;
  locker locker_;
  std::uint64_t first_unit_;
  std::uint64_t unit_count_;
  std::uint32_t payload_size_;
  std::uint32_t entry_bytes_;
  graph_kind kind_;

  unsigned retired_ = 0;  ///< By the last attempt that grew.
  shortage lacking_;      ///< Of the last one that was short of memory.

 private:
  void find_memory();
  attempt commit_and_tell(draft& d);
  version& version_at(std::uint64_t number) const;
  std::uint64_t drop_unread(draft& d, vertex_id v, std::uint64_t head,
                            std::uint32_t oldest);
};

}  // namespace telar::detail
