// telar/detail/layout.hpp: every byte of a segment, and who may write it when.
// Not part of the API; it is installed because readers are inlined.
//
//   offset                    content                                mapping
//   0                         superblock: what the graph is          control
//   4 Ki                      clocks and bounds                      control
//   8 Ki                      slot[1024], committed 16 at a time     control
//   snapshots_offset          snapshot_table, committed when used    control
//   geometry::vertices        vertex_header[vertex_capacity]         data
//   geometry::in_words        u64 each: in-edges (bidirectional)     data
//   geometry::versions        u64 each: older states for snapshots   data
//   geometry::key_refs        u64 each: the key record of a vertex   data
//   geometry::buckets         u64[bucket_count]: the key table       data
//   geometry::extent_owners   u32 each: slot index + 1, or 0         data
//   geometry::changes         ring of change_entry, where asked for  data
//   geometry::extents         64 KiB each: blocks, bags, records     data
//   reserve                   columns: see detail/column_layout.hpp  lazy
//
// Each region has its address range for good and is committed from its front
// as it grows, *before* the new bound is published; a bound never shrinks.
// Nothing here is a pointer.  A *unit* is 16 bytes, counted from offset 0; a
// unit number has 36 bits (1 TiB) and 0 is no unit.
//
// A vertex's adjacency is one word, {block : 36, degree : 28}: the block holds
// `capacity(degree)` targets (4 bytes each), then as many payloads.  The word
// is the commit point of readers: one release store changes where and how many.
//
// Invariants.  `check()` tests those marked *; "quiet" ones hold when nobody is
// inside a change, or after every dead participant was recovered.
//
//   I1*  A word is 0, or degree > 0 and its block lies in claimed extents; all
//        `degree` targets are below vertex_count.
//   I2   An entry below the degree never changes; a block is not reused while a
//        pin is not younger than its retirement (I9).
//   I3*  Every unit of a claimed extent belongs to exactly one block, bag, key
//        record, queue entry, arena or spare; what is left over in one piece is
//        smaller than the smallest block.  (quiet)
//   I4*  Undirected: v is as often in u's adjacency as u in v's; the k-th entry
//        u–v and the k-th v–u carry the same payload; a loop is two entries.
//        Bidirectional: the same of u's out-edges and v's in-edges.  (quiet)
//   I5*  The slots' edge counters add up to the number of edges.  (quiet)
//   I6*  Where parallel edges are forbidden, no target occurs twice.  (quiet)
//   I7   Only the participant whose index + 1 is in `owner` writes `epoch`,
//        `word` and `in_word` of a vertex, or whoever recovers it holding its
//        life-lock.  If owner == i + 1, the vertex is one of slot i's `ends`.
//   I8*  No owner word names a dead or unattached participant.  (quiet)
//   I9*  head <= ready <= seal <= tail in each queue; its bags form a ring that
//        holds tail - head entries.  [head, ready) may be reused; [ready, seal)
//        waits until every pin is above `stamp`; [seal, tail) is not stamped.
//   I10* Keys: records are in ascending `order` from the list's head; each is
//        found from its bucket; vertex v's key_ref names the record that names
//        v; as many keys as vertices.  (quiet)
//   I11  Every value of an intent is absolute: applying it twice is applying it
//        once.  Before `committed` nothing that it names has been written.
//   I12* Bounds are within the geometry; committed memory covers them.
//   I13* The epochs along a vertex's chain of versions descend, from below its
//        own.  For each live snapshot S the first state of epoch <= S, the
//        vertex's own or a version, is what the vertex was when S was taken; if
//        there is none, it was empty.
//   I14  While `snapshot_table::epochs[i]` is not 0, its entry's `pin` holds all
//        memory that this snapshot can reach, and somebody answers for it: the
//        living participant `holder`, or the process of that pid and start.
//   I15* A vertex marked `removed_mark` gets no more edges; when it has lost its
//        own, its word is `removed_word`, and its id is in one queue.
//   I16* Locks are robust, shared, normal mutexes.
//   I17* While slot t's intent may change slot x, x's `taker` is t + 1 and t's
//        `partner` is x + 1; nobody takes x then.  Otherwise both are 0.  (quiet)
//   I18* Of a graph with a feed: the last changes + 1 entries up to
//        `changes_head`, but for the oldest, carry their numbers and say what
//        can be.  Only who has `changes_owner`, or recovers him, writes
//        entries, the head and `vertex_count`; an entry is written beyond the
//        head, and the head moves to it as part of the intent of the change
//        (I11).
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace telar::detail {

using word32 = std::atomic<std::uint32_t>;
using word64 = std::atomic<std::uint64_t>;

// What processes share must not hide a lock in the C++ runtime of one of them.
static_assert(word32::is_always_lock_free && word64::is_always_lock_free);

inline constexpr std::uint64_t format_version = 4;
inline constexpr std::uint64_t magic = 0x31'52'41'4c'45'54'0a'1a;  // "..TELAR1"

inline constexpr std::uint64_t page = 4096;
inline constexpr std::uint64_t unit = 16;
inline constexpr std::uint64_t extent_bytes = 65536;
inline constexpr std::uint64_t extent_units = extent_bytes / unit;

inline constexpr unsigned degree_bits = 28;
inline constexpr std::uint32_t max_degree = (1u << degree_bits) - 1;
inline constexpr std::uint64_t max_units = std::uint64_t{1} << 36;

inline constexpr std::uint32_t max_slots = 1024;
inline constexpr std::uint32_t slots_per_commit = 16;

/// Capacities 4, 8 … 2^28, and one class for saved versions.  Two more queues
/// hold no memory but vertex ids: of removed vertices, which may be reused, and
/// of vertices that got a version, which may be dropped some day.
inline constexpr unsigned block_classes = 27;
inline constexpr unsigned version_class = block_classes;
inline constexpr unsigned removed_class = block_classes + 1;
inline constexpr unsigned versioned_class = block_classes + 2;
inline constexpr unsigned queue_count = block_classes + 3;

// ---- Vertices

/// Four to a cache line.  All zero: an isolated vertex, never changed.
struct vertex_header {
  word32 owner;  ///< Slot index + 1 of the writer, | waiters; 0: free.  (I7)
  word32 epoch;  ///< `clocks::epoch` at the last change, | removed_mark.
  word64 word;   ///< {block, degree} of the (out-)adjacency.
};

inline constexpr std::uint32_t waiters = 0x80000000u;

/// In a vertex's epoch: it is being removed, or was.  So whoever inserts sees
/// it by the look that he takes at the epoch anyway.
inline constexpr std::uint32_t removed_mark = 0x80000000u;
inline constexpr std::uint32_t max_epoch = removed_mark - 1;
/// The word of a vertex whose removal is complete: degree 0, no block.
inline constexpr std::uint64_t removed_word = std::uint64_t{1} << degree_bits;

/// What a vertex was before a change, for snapshots of that time: a unit pair
/// of class `version_class`.  Written before it is linked; then only `next` of
/// the last one that a snapshot can need changes, to 0.
struct version {
  word64 next;            ///< Unit of the version before this one, or 0.
  std::uint64_t word;     ///< As in the vertex's header …
  std::uint64_t in_word;  ///< … and among the in_words.
  std::uint32_t epoch;    ///< Since when it was so, | removed_mark.
  std::uint32_t reserved;
};

constexpr std::uint64_t pack_word(std::uint64_t block, std::uint32_t degree) {
  return block << degree_bits | degree;
}
constexpr std::uint32_t degree_of(std::uint64_t word) {
  return static_cast<std::uint32_t>(word & max_degree);
}
constexpr std::uint64_t block_of(std::uint64_t word) {
  return word >> degree_bits;
}

/// How many entries the block of an adjacency of this degree holds.
constexpr std::uint64_t capacity_of(std::uint64_t degree) {
  if (degree == 0) return 0;
  return std::uint64_t{1} << (64 - __builtin_clzll((degree - 1) | 3));
}

// ---- Participants

/// Blocks of one class that one slot may reuse, or will when readers let go.
/// Indices only grow; every `bag_entries` of them fill a bag of the ring.
/// `head_bag` holds the index to be taken next, `tail_bag` the one pushed last:
/// it moves on only with the next push, when a bag may have been put between.
/// Written by the slot's owner, under an intent.
struct queue {
  word64 head;
  word64 ready;
  word64 seal;
  word64 tail;
  word64 head_bag;  ///< Unit; 0: the queue has no bag yet.
  word64 tail_bag;
};

/// Where queue entries lie: 256 bytes of an extent.  Never seen by readers.
inline constexpr std::uint64_t bag_entries = 48;
struct bag {
  word64 next;              ///< Unit of the ring's next bag.
  word32 low[bag_entries];  ///< Unit number, bits 0-31.
  std::atomic<std::uint8_t> high[bag_entries];  ///< Bits 32-35.
  std::uint64_t reserved;
};

/// One more absolute store of an intent: `offset` bytes into the segment.
struct redo_store {
  word64 offset;
  word64 value;
};
inline constexpr unsigned max_redo = 32;

/// What a participant is about to do, written before it does it.  The owner
/// writes it while `state` is not committed; when it is, applying it is the
/// duty of the owner or, when that is dead, of whoever holds the life-lock.
struct intent {
  /// epoch << 8 | phase; 0: idle.  Epoch 0: not published, nobody waits for it.
  word64 state;
  /// The vertices that may be locked: second << 32 | first.  Written before the
  /// first lock is tried and never cleared: recovery releases both in every
  /// phase.
  word64 ends;
  word64 words[2];  ///< The new words of the halves.
  word64 edges;     ///< The slot's edge counter afterwards.
  word32 halves;    ///< How many of `words` count: 0, 1, 2.
  /// Bit i: half i is an in-adjacency; bit 2 + i: it gets the removed_mark.
  word32 lists;
  word32 stores;  ///< How many of `redo` count.
  std::uint32_t reserved;
  redo_store redo[max_redo];
};

inline constexpr std::uint64_t phase_idle = 0;
inline constexpr std::uint64_t phase_preparing = 1;
inline constexpr std::uint64_t phase_committed = 2;

/// A participant's place.  Whoever holds `life` owns it: a thread, for as long
/// as it is attached, or a recoverer.
struct alignas(64) slot {
  pthread_mutex_t life;  ///< Robust, shared, normal; held for life.
  word32 pid;
  word32 attached;    ///< 1 between attach and detach; 2: was killed there.
  word64 start_time;  ///< Of the process, as in /proc/PID/stat.
  word64 pid_space;   ///< The namespace in which its pid is that; 0: unknown.

  alignas(64) word64 command[2];  ///< The thread's name, for messages.
  word64 operations;  ///< Changes begun: tells a busy holder from a stuck one.
  word64 waits;
  word64 repairs;
  word64 redone;  ///< Changes committed here that a recoverer finished.
  /// Of whom `pid`, `start_time` and `pid_space` are.  A lock that has another
  /// thread's id is held by somebody who has not signed yet.
  word32 thread;
  /// Index + 1 of the slot that this one exchanges with, and of the one whose
  /// partner it is; or 0.
  word32 partner;
  word32 taker;
  word32 unlooked;  ///< Blocks retired since it looked whether it has too much.

  /// Grace value that this thread may be reading under; 0: it reads nothing.
  alignas(64) word64 pin;

  alignas(64) detail::intent intent;

  alignas(64) word64 edges;  ///< Edges inserted, less those removed.
  word64 edges_epoch;   ///< `clocks::epoch` at the last change of `edges` …
  word64 edges_before;  ///< … and `edges` when that epoch began.
  word64 arena;         ///< {unit : 36, units left : 28}: where blocks are cut.
  word64 spare;         ///< The next arena, or 0.
  word64 want;          ///< {extent : 32, count : 32} being claimed, or 0.
  word64 record;        ///< Unit of the key record being linked, or 0.
  word64 stamp;         ///< Grace of the last cut; `stamp_cutting`: inside one.
  word64 claimed;       ///< Extents claimed, ever.
  word64 retired;       ///< Blocks retired since the last cut: a hint.
  /// Vertex + 1 whose removal has begun, or 0.  If its remover has died, others
  /// finish it, and only then is the slot taken again.
  word64 removing;
  queue queues[queue_count];
};

inline constexpr std::uint32_t attached_no = 0;
inline constexpr std::uint32_t attached_yes = 1;
/// It was recovered, and nobody has taken the slot since.
inline constexpr std::uint32_t attached_killed = 2;

inline constexpr std::uint64_t stamp_cutting = ~std::uint64_t{0};

// ---- Snapshots

inline constexpr std::uint32_t max_snapshots = 1024;

/// Who holds a snapshot, and what it holds.  Written by whoever has
/// `clocks::snapshot_owner`; given back by anybody who may.
struct snapshot_entry {
  word64 serial;  ///< Of the snapshot: never used twice.
  word64 pin;     ///< Grace, as in a slot.
  word32 holder;  ///< Slot index + 1; 0: the process.
  word32 pid;
  word64 start_time;  ///< Of that process.
  word64 pid_space;   ///< The namespace in which its pid is that.
  std::uint64_t reserved[3];
};

struct snapshot_table {
  /// 0: the entry is free.  Close together, since writers look through them.
  word32 epochs[max_snapshots];
  snapshot_entry entries[max_snapshots];
};

// ---- Keys

/// A node of the key list, which ascends by `order`: reversed bits of the hash,
/// the lowest set in records and clear in bucket sentinels.
struct key_node {
  word64 next;  ///< Unit of the next node; 0 at the end.
  std::uint64_t order;
};

/// A key.  Written before it is linked; only `vertex` changes afterwards: once
/// when it is numbered, once when its vertex is removed.  It then stays where it
/// is, and is passed over: if the key comes back, that is another record.
struct key_record : key_node {
  word32 vertex;  ///< Vertex id + 1; 0: not yet numbered; or key_removed.
  /// Bytes of `text`; a 64-bit key has 8.  (Whoever removes the key stores both
  /// in one word, this part of it as it was.)
  word32 length;
  // char text[length], then zeros up to a unit.
};

inline constexpr std::uint32_t key_removed = 0xffffffffu;

// ---- The feed of changes

/// One change, for those who follow.  The entry of number n lies at n modulo
/// the ring's size.  Written before the head moves to it; from then on it stays
/// until the head is one short of its place again.
struct change_entry {
  word64 number;
  word64 ends;     ///< target << 32 | source, or count << 32 | vertex.
  word32 epoch;    ///< Of the change, as in a vertex.
  word32 rank;     ///< Which of the edges source–target.
  word32 kind;     ///< A change_kind.
  word32 process;  ///< Of who made it.
  // word64 payload[]
};

/// Bytes of an entry with its payload.
constexpr std::uint64_t change_bytes(std::uint64_t payload_size) {
  return sizeof(change_entry) + (payload_size + 7) / 8 * 8;
}

// ---- Header

/// What the graph is.  Written at creation, then only read.
struct superblock {
  std::uint64_t magic;
  std::uint64_t format_version;
  std::uint64_t fingerprint;  ///< Of sizes and offsets: see abi_fingerprint().
  std::uint32_t endianness;   ///< 0x01020304, as this machine writes it.
  std::uint32_t placement;
  std::uint64_t reserve;
  std::uint64_t limit;
  std::uint32_t kind;
  std::uint32_t parallel;
  std::uint32_t keys;
  std::uint32_t payload_size;
  std::uint32_t payload_alignment;
  std::uint32_t creator_pid;
  std::uint64_t changes;  ///< Entries of the feed: a power of two, or 0.
  std::uint64_t created;  ///< Seconds since 1970.
  std::uint8_t uuid[16];
  char boot_id[40];
  char payload_name[256];
  std::uint64_t checksum;  ///< Of all bytes before it.
};

/// The two clocks, and the bounds of what is committed.  Each line has its own
/// writers.
struct clocks {
  /// Moves with each snapshot.  Begins at 1; ends at max_epoch.
  alignas(64) word32 epoch;
  /// 1: a vertex has been removed, or is about to be.
  word32 removals;
  /// Moves with each batch of retirements.  Begins at 1.
  alignas(64) word64 grace;
  /// CAS by whoever adds a vertex; never beyond vertex_capacity.
  alignas(64) word64 vertex_count;
  /// Raised, never lowered, after the memory was committed.
  alignas(64) word64 vertex_capacity;
  word64 bucket_count;      ///< A power of two, or 0 without keys.
  word64 extent_capacity;   ///< Extents committed.
  word64 extent_frontier;   ///< All extents below are claimed (a hint).
  word32 slot_capacity;     ///< Slots committed and initialised.
  word32 columns;           ///< 1: the column directory is there.
  word64 version_capacity;  ///< Vertices whose `versions` are committed.
  /// Bit c: slots that nobody has may have free blocks of class c (a hint).
  word32 store;
  /// Serialises snapshots: an owner word, as of a vertex.
  alignas(64) word32 snapshot_owner;
  word32 snapshot_capacity;  ///< 1: the snapshot table is there.
  word32 snapshot_frontier;  ///< All entries from here on are free.
  word32 adoptions;          ///< Moves when a snapshot gets a second entry.
  word64 snapshot_serial;    ///< Of the last one.
  /// Serialises what is told to the feed: an owner word, taken last of all.
  alignas(64) word32 changes_owner;
  word64 changes_head;  ///< Number of the last change that was told.
  /// Serialises the growth of slots: who attaches has no slot yet.
  alignas(64) pthread_mutex_t attach_lock;
};

inline constexpr std::uint64_t clocks_offset = page;
inline constexpr std::uint64_t slots_offset = 2 * page;
inline constexpr std::uint64_t snapshots_offset =
    slots_offset + max_slots * sizeof(slot);
inline constexpr std::uint64_t snapshots_bytes =
    (sizeof(snapshot_table) + page - 1) / page * page;
inline constexpr std::uint64_t control_bytes =
    snapshots_offset + snapshots_bytes;

static_assert(sizeof(vertex_header) == 16);
static_assert(sizeof(pthread_mutex_t) == 40, "glibc on a 64-bit machine");
static_assert(sizeof(bag) == 256);
static_assert(sizeof(key_node) == 16 && sizeof(key_record) == 24);
static_assert(offsetof(slot, pin) == 128, "readers' line");
static_assert(offsetof(slot, intent) == 192, "the writer's first hot line");
static_assert(sizeof(version) == 32);
static_assert(sizeof(slot) == 2304, "16 slots in 36 KiB");
static_assert(sizeof(snapshot_entry) == 64);
static_assert(sizeof(change_entry) == 32);
static_assert(snapshots_offset % page == 0);
static_assert(sizeof(superblock) <= page && sizeof(clocks) <= page);
static_assert(control_bytes % page == 0);

}  // namespace telar::detail
