"""The mutants: mistakes in the protocol that are easy to make, one by one.

finder     METHOD: SCENARIO of tests/crash/, which is tried first
edits      [(file, original, mutated)]: a complete statement, or an expression
survives   why nothing can find it; empty: something must
"""
from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    finder: str
    edits: list
    survives: str = ""


HELD = "src/participant/held_ends.hpp"
LOCK = "src/participant/owner_lock.hpp"
WAIT = "src/participant/owner_lock.cpp"
INTENT = "src/participant/intent.hpp"
PEOPLE = "src/participant/participants.cpp"
LIFE = "src/participant/life_lock.hpp"
PINS = "src/participant/pins.hpp"
LEAVING = "src/participant/attachments.cpp"
APPEND = "src/adjacency/append.cpp"
PLAN = "src/adjacency/block_plan.cpp"
BLOCKS = "src/adjacency/blocks.cpp"
CLAIM = "src/adjacency/claim.cpp"
GROWTH = "src/segment/growth.cpp"
VERTICES = "src/graph/vertices.cpp"
KEYS = "src/keys/key_table.cpp"
HANDED = "src/participant/exchange.cpp"
ROUND = "src/adjacency/exchange.cpp"
FEED = "src/adjacency/feed.cpp"
GRAPH = "include/telar/graph.hpp"

FIRST = "inserts the first edge of two vertices"
ROOM = "inserts an edge where there is room"
LARGER = "moves both ends to larger blocks"
BAG = "needs a second bag for what it retires"
IN_VAIN = "looks in vain for what it may reuse"
EXTENT = "claims an extent that is committed for it"
NEW_EXTENT = "claims an extent, and a newcomer takes its slot"
GONE = "takes over the blocks of one who has gone"
GIVEN = "leaves what it has too much of to others"
KEY = "adds a key"
TOLD = "tells of an edge where there is room"
TOLD_MANY = "tells of edges, the next one of others"
SAME_KEY = "adds a key that the next one adds, too"
NEW_KEY = "adds a key, and a newcomer takes its slot"

MARK = "plan.state.store(pack_state(what.epoch, phase_committed), " \
       "std::memory_order_release);"
IDLE = "s.intent.state.store(phase_idle, std::memory_order_release);"

KILLED = "if (get(s.attached) == attached_yes) set(s.attached, attached_killed);"

MUTANTS = [
    # ---- Locking
    Mutant("ends are written after the first lock", f"once: {FIRST}", [
        (HELD, "set(plan.ends, std::uint64_t{b} << 32 | a);", ""),
        (HELD, "if (a != b) higher_ = locked(std::max(a, b));",
         "set(plan.ends, std::uint64_t{b} << 32 | a);"
         "if (a != b) higher_ = locked(std::max(a, b));")]),
    Mutant("one of the two vertices is not locked",
           "paused: inserts an edge beside one at its higher end", [
        (HELD, "if (a != b) higher_ = locked(std::max(a, b));", "")]),
    Mutant("vertices are locked in the order of the call",
           "paused: inserts an edge against the order of locking", [
               (HELD, "lower_ = locked(std::min(a, b));", "lower_ = locked(a);"),
               (HELD, "if (a != b) higher_ = locked(std::max(a, b));",
                "if (a != b) higher_ = locked(b);")]),
    Mutant("a lock is taken whoever has it", f"paused: {ROOM}", [
        (LOCK, "if (!owner.compare_exchange_strong(free, by.mark, "
               "std::memory_order_seq_cst, std::memory_order_relaxed)) "
               "[[unlikely]] { lock_slowly(by, owner, v); }",
         "owner.store(by.mark);")]),
    Mutant("vertices are unlocked while the intent is committed",
           f"once: {ROOM}", [
               (HELD, "by_.me.intent.state.store(pack_state(0, "
                      "phase_preparing), std::memory_order_release);", "")]),
    Mutant("who waits does not ask whether the holder is dead",
           f"once: {FIRST}", [
               (WAIT, "by.who.try_recover(holder)", "false")]),
    # ---- The intent
    Mutant("a redo adds to the counter", f"once: {ROOM}", [
        (INTENT, "s.edges.store(what.edges, std::memory_order_release);",
         "set(s.edges, get(s.edges) + (what.halves != 0));")]),
    Mutant("a redo adds to the word", f"once: {ROOM}", [
        (INTENT, "memory.word(what.lists >> i & 1, v)"
                 " .store(what.words[i], std::memory_order_release);",
         "word64& word = memory.word(what.lists >> i & 1, v);"
         "word.store(block_of(word) == block_of(what.words[i])"
         "? word + 1 : what.words[i]);")]),
    Mutant("the commit mark is left out", f"once: {ROOM}", [
        (INTENT, MARK, "")]),
    Mutant("the commit mark precedes a part of the intent", f"once: {FIRST}", [
        (INTENT, MARK, ""),
        (INTENT, "set(plan.edges, what.edges);",
         MARK + "keep_order(); set(plan.edges, what.edges);")]),
    Mutant("a change is applied before it is committed", f"once: {FIRST}", [
        (INTENT, "apply(memory, s, what);", ""),
        (INTENT, "set(plan.stores, what.stores);",
         "set(plan.stores, what.stores); keep_order();"
         "apply(memory, s, what); keep_order();")]),
    Mutant("the second word is not in the intent", f"once: {FIRST}", [
        (INTENT, "set(plan.words[i], what.words[i]);",
         "if (i == 0) set(plan.words[i], what.words[i]);")]),
    Mutant("an entry is written after the commit",
           "once: inserts a directed edge", [
               (APPEND, "write_entries(edge().halves[0], first, payload);", ""),
               (APPEND, "return attempt::done;",
                "write_entries(edge().halves[0], first, payload);"
                "return attempt::done;")]),
    # ---- Recovery
    Mutant("a recoverer does not apply", f"once: {FIRST}", [
        (PEOPLE, "apply_found(memory_, s);", "")]),
    Mutant("a recoverer applies to one end", f"once: {FIRST}", [
        (INTENT, "get(plan.halves)", "get(plan.halves) != 0 ? 1u : 0u")]),
    Mutant("a recoverer takes all lists for out-adjacencies",
           "once: inserts an edge with in-edges", [
               (INTENT, "get(plan.lists)", "0u")]),
    Mutant("a recoverer leaves the bookkeeping out", f"once: {FIRST}", [
        (INTENT, "get(plan.stores)", "0u")]),
    Mutant("a recoverer leaves the counter out", f"once: {FIRST}", [
        (INTENT, "get(plan.edges)", "get(s.edges)")]),
    Mutant("a recoverer unlocks before it clears the intent", f"twice: {ROOM}", [
        (PEOPLE, "s.intent.state.store(pack_state(0, phase_preparing), "
                 "std::memory_order_release);", ""),
        (PEOPLE, IDLE, ""),
        (PEOPLE, KILLED, f"keep_order(); {IDLE} {KILLED}")]),
    Mutant("a recoverer looks at one end", f"once: {FIRST}", [
        (PEOPLE, "half < 2", "half < 1")]),
    Mutant("a recoverer unlocks only after a commit", f"once: {FIRST}", [
        (PEOPLE, "if (v < vertices) "
                 "release_owner(memory_.vertices()[v].owner, index);",
         "if (v < vertices && phase == phase_committed) "
         "release_owner(memory_.vertices()[v].owner, index);")]),
    Mutant("a recoverer leaves the pin", "once: reads while others replace", [
        (PEOPLE, "s.pin.store(0, std::memory_order_release);", "")]),
    Mutant("a recoverer leaves the dead one on the list", f"once: {FIRST}", [
        (PEOPLE, KILLED, "")]),
    Mutant("a recoverer does not make the life-lock consistent",
           f"once: {FIRST}", [
               (LIFE, "::pthread_mutex_consistent(&mutex);", "")]),
    Mutant("the living are recovered, too", f"paused: {ROOM}", [
        (PEOPLE, "if (found == life_lock::state::busy) return false;", "")]),
    Mutant("a newcomer overwrites what a dead one left", f"twice: {LARGER}, "
           "and a newcomer takes its slot", [
               (PEOPLE, "recover(i);", "")]),
    Mutant("slots are published before they are made",
           "once: attaches where all slots are taken", [
               (PEOPLE, "memory_.commit_slots(seen + slots_per_commit);",
                "bound.store(seen + slots_per_commit); keep_order();"
                "memory_.commit_slots(seen + slots_per_commit);")]),
    Mutant("who leaves does not let go of what it read",
           "once: reads, and closes its handle", [
               (LEAVING, "s.pin.store(0, std::memory_order_release);", "")]),
    # ---- Free blocks
    Mutant("the arena is not in the intent", f"once: {EXTENT}", [
        (PLAN, "change(slot_.arena, arena_.pack());",
         "set(slot_.arena, arena_.pack());")]),
    Mutant("the spare is not in the intent", f"once: {FIRST}", [
        (PLAN, "change(slot_.spare, spare_.pack());",
         "set(slot_.spare, spare_.pack());")]),
    Mutant("a queue's head is not in the intent",
           "once: reuses a retired block", [
               (PLAN, "change(q.head, t.head);", "set(q.head, t.head);")]),
    Mutant("a queue's tail is not in the intent", f"once: {LARGER}", [
        (PLAN, "change(q.tail, t.tail);", "set(q.tail, t.tail);")]),
    Mutant("a queue's first bag is not in the intent",
           "once: takes the last block of a bag", [
               (PLAN, "change(q.head_bag, t.head_bag);",
                "set(q.head_bag, t.head_bag);")]),
    Mutant("a queue's last bag is not in the intent", f"once: {BAG}", [
        (PLAN, "change(q.tail_bag, t.tail_bag);",
         "set(q.tail_bag, t.tail_bag);")]),
    Mutant("a bag's link is not in the intent", f"once: {BAG}", [
        (PLAN, "store(before.next, number);", "set(before.next, number);")]),
    Mutant("a full ring of bags is written on", f"once: {BAG}", [
        (PLAN, "if (into == t.head_bag && t.head < t.tail) return false;",
         "")]),
    Mutant("a retired block is freed at once", f"once: {IN_VAIN}", [
        (BLOCKS, "set(q.ready, get(q.seal));",
         "set(q.seal, get(q.tail)); set(q.ready, get(q.tail));")]),
    Mutant("blocks are reused whoever reads them", f"once: {IN_VAIN}", [
        (BLOCKS, "if (!nobody_reads_up_to(stamp)) return false;", "")]),
    Mutant("the stamp of retired blocks is too old", f"once: {IN_VAIN}", [
        (BLOCKS, "set(me.stamp, stamp);", "set(me.stamp, stamp - 1);")]),
    Mutant("a pin equal to the stamp does not count", f"once: {IN_VAIN}", [
        (BLOCKS, "pin != 0 && pin <= stamp", "pin != 0 && pin < stamp")]),
    Mutant("a cut that was not finished is not known",
           "twice: cuts, and a newcomer reuses", [
               (BLOCKS, "set(me.stamp, stamp_cutting);", "")]),
    # ---- Extents, and what is committed
    Mutant("extents are marked before they are wanted", f"once: {EXTENT}", [
        (CLAIM, "set(me.want, first << 32 | count);", ""),
        (CLAIM, "(void)resume_claim(me);",
         "set(me.want, first << 32 | count); keep_order();"
         "(void)resume_claim(me);")]),
    Mutant("what is wanted is cleared outside the intent", f"once: {EXTENT}", [
        (CLAIM, "plan.store(me.want, 0);", "set(me.want, 0);")]),
    Mutant("extents are marked whoever has them", f"paused: {EXTENT}", [
        (CLAIM, "if (!memory_.extent_owner(first + i).compare_exchange_strong("
                "free, mark, std::memory_order_seq_cst)) { break; }",
         "memory_.extent_owner(first + i).store(mark);")]),
    Mutant("a claim of a dead one is not resumed", f"twice: {NEW_EXTENT}", [
        (CLAIM, "if (resume_claim(me)) return;", "")]),
    Mutant("all wanted extents are taken for marked ones",
           f"twice: {NEW_EXTENT}", [
               (CLAIM, "memory_.extent_owner(first + ours)"
                       ".load(std::memory_order_acquire) == mark", "true")]),
    Mutant("extents are published before they are committed",
           f"once: {EXTENT}", [
               (GROWTH, "commit(geometry_.extents + now * extent_bytes, "
                        "(wanted - now) * extent_bytes); "
                        "raise_to(bound, wanted);",
                "raise_to(bound, wanted);"
                "commit(geometry_.extents + now * extent_bytes, "
                "(wanted - now) * extent_bytes);")]),
    Mutant("vertices are published before they are committed",
           "once: adds vertices beyond what is committed", [
               (GROWTH, "commit(geometry_.vertices + now * "
                        "sizeof(vertex_header), "
                        "added * sizeof(vertex_header));",
                "raise_to(bound, wanted);"
                "commit(geometry_.vertices + now * sizeof(vertex_header), "
                "added * sizeof(vertex_header));")]),
    Mutant("buckets are published before they are committed",
           "once: adds the key that doubles the buckets", [
               (GROWTH, "commit(geometry_.buckets, bucket_array_offset + "
                        "wanted * sizeof(word64)); raise_to(bound, wanted);",
                "raise_to(bound, wanted); commit(geometry_.buckets, "
                "bucket_array_offset + wanted * sizeof(word64));")]),
    Mutant("vertices are counted before there is room for them",
           "once: adds vertices beyond what is committed", [
               (VERTICES, "make_room(*core_, first, count);", ""),
               (VERTICES, "return static_cast<vertex_id>(first);",
                "make_room(*core_, first, count);"
                "return static_cast<vertex_id>(first);")]),
    Mutant("vertices are counted whoever else counts", "paused: adds a vertex", [
        (VERTICES, "!bound.compare_exchange_weak(first, first + count, "
                   "std::memory_order_release, std::memory_order_relaxed)",
         "(bound.store(first + count), false)")]),
    # ---- Keys
    Mutant("a key is linked before it is written", f"paused: {SAME_KEY}", [
        (KEYS, "std::memcpy(memory_.unit_at(made) + sizeof(key_record), "
               "wanted.bytes.data(), wanted.bytes.size());", ""),
        (KEYS, "space_.keep_record(me, units);",
         "std::memcpy(memory_.unit_at(made) + sizeof(key_record), "
         "wanted.bytes.data(), wanted.bytes.size());"
         "space_.keep_record(me, units);")]),
    Mutant("a key's record is noted after it is linked", f"once: {NEW_KEY}", [
        (KEYS, "me.record.store(number, std::memory_order_release);", ""),
        (KEYS, "if (!linked) set(me.record, 0);",
         "if (linked) set(me.record, number);")]),
    Mutant("a key's record is forgotten before it is kept", f"once: {NEW_KEY}", [
        (BLOCKS, "plan.store(s.record, 0);", "set(s.record, 0);")]),
    Mutant("a slot is taken while its taker's intent is open", f"once: {GONE}", [
        (HANDED, "if (by == 0) return true;", "return true;")]),
    Mutant("an exchange is not marked", f"once: {GONE}", [
        (HANDED, "set(other.taker, index_of(me) + 1);", "")]),
    Mutant("a recoverer does not end an exchange", f"once: {GONE}", [
        (PEOPLE, "end_exchange(index);", "")]),
    Mutant("an exchange ends before it is applied", f"once: {GONE}", [
        (HANDED, "change(other);", "end_exchange(index_of(me)); change(other);")]),
    Mutant("an exchange keeps what it gives", f"once: {GIVEN}", [
        (PLAN, "store(from.head, end);", "")]),
    Mutant("a recoverer forgets a key's record", f"once: {NEW_KEY}", [
        (PEOPLE, "finish_(s);", "")]),
    Mutant("a recoverer keeps a record that was never linked", f"once: {KEY}", [
        (KEYS, "set(dead.record, 0);  // Never linked: it belongs to nobody."
               " return;", "")]),
    Mutant("a key is linked over another", f"paused: {SAME_KEY}", [
        (KEYS, "node(where.before) .next.compare_exchange_strong( "
               "expected, number, std::memory_order_seq_cst)",
         "(node(where.before).next.store(number), true)")]),
    Mutant("a key is counted before it knows its number", f"once: {KEY}", [
        (KEYS, "r.vertex.compare_exchange_strong(unnumbered, n + 1);",
         "std::uint64_t counted = n;"
         "memory_.clocks().vertex_count.compare_exchange_strong("
         "counted, n + 1); keep_order();"
         "r.vertex.compare_exchange_strong(unnumbered, n + 1);")]),
    Mutant("a number is given to a key whoever has it", f"paused: {KEY}", [
        (KEYS, "if (ref.compare_exchange_strong(named, record_number)) { "
               "named = record_number; }",
         "ref.store(record_number); named = record_number;")]),
    # ---- The feed
    Mutant("nobody waits for a turn at the feed", f"paused: {TOLD_MANY}", [
        (FEED, "lock(by, memory.clocks().changes_owner, the_feed);", "")]),
    Mutant("a turn ends while its change is committed", f"once: {TOLD_MANY}", [
        (FEED, "by_.me.intent.state.store(pack_state(0, phase_preparing), "
               "std::memory_order_release);", "")]),
    Mutant("a change is told before it is committed", f"once: {TOLD}", [
        (FEED, "set(move.value, number);",
         "set(move.value, number);"
         "memory_.clocks().changes_head.store(number);")]),
    Mutant("a change is told after it was made", f"once: {TOLD}", [
        (FEED, "what.stores++", "what.stores"),
        (FEED, "unlock(memory_.clocks().changes_owner);",
         "word64& head = memory_.clocks().changes_head;"
         "if (get(memory_.change(get(head) + 1).number) == get(head) + 1) {"
         "set(head, get(head) + 1); }"
         "unlock(memory_.clocks().changes_owner);")]),
    Mutant("a recoverer keeps the dead one's turn", f"once: {TOLD}", [
        (PEOPLE, "release_owner(memory_.clocks().changes_owner, index);", "")]),
    # ---- Reading
    Mutant("a reader pins after it has read",
           "paused: reads while others replace", [
               (GRAPH, "pin(); return reader_.targets("
                       "reader_.word(checked(v)));",
                "const auto all = reader_.targets(reader_.word(checked(v)));"
                "pin(); return all;")]),
    Mutant("a reader does not pin", "paused: reads while others replace", [
        ("src/graph/read.cpp",
         "if (detail::get(me.pin) == 0) "
         "detail::pin_present(core_->memory, me);", "")]),
    Mutant("a reader does not look again at the grace that it pinned",
           "paused: reads while others replace", [
               (PINS, "if (now == seen) return;", "return;")],
           survives="an older pin holds more memory back, never less; that it "
           "precedes the words is the fence of its store, which x86 gives "
           "anyway: seen by a model of weak memory only"),
]
