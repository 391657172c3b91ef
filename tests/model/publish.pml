// tests/model/publish.pml: what a reader finds under an adjacency word.
//
// Models: `appender::write_entries` and `move_to_larger` (the entries, and the
// copy of a full block), `apply` (the release store of the word), and reading
// (`reader::word`, `targets`): one acquire load, then the entries.  Removal is
// a new block without the entry.
// Memory is weaker than x86's: the writer's stores reach it in any order,
// only those to one address keep theirs, and a release store waits for all
// before it.  A reader's loads are in order after an acquire.
// Abstracted: one vertex, one writer (the others wait for its lock), three
// blocks, which are not reused (see pins.pml).
// Proved: every entry below the degree is the one that belongs there, for as
// long as a reader holds the word (I1, I2).
#define BLOCK(b, i) ((b) * 4 + (i))
#define WORD 12
#define PACK(b, degree) (((b) + 1) * 8 + (degree))

byte memory[13];
chan stores = [6] of { byte, byte };  // {address, value}, not yet in memory

#define DRAIN(at) :: atomic { stores ?? at, value -> memory[at] = value }

active proctype store_buffer() {
  byte value;
end:
  do
  DRAIN(0) DRAIN(1) DRAIN(4) DRAIN(5) DRAIN(6) DRAIN(7)
  DRAIN(8) DRAIN(9) DRAIN(10) DRAIN(11)
#ifdef RELAXED  // the word's store is not a release
  DRAIN(WORD)
#else
  :: atomic { stores ? WORD, value -> memory[WORD] = value }
#endif
  od
}

inline entry(b, i, what) { stores ! BLOCK(b, i), what }
inline word(b, degree) { stores ! WORD, PACK(b, degree) }

active proctype writer() {
  entry(0, 0, 1); word(0, 1);
#ifdef WORD_FIRST
  word(0, 2); entry(0, 1, 2);
#else
  entry(0, 1, 2); word(0, 2);
#endif
  // Block 0 is full.
#ifdef COPY_LATE
  entry(1, 2, 3); word(1, 3); entry(1, 0, 1); entry(1, 1, 2);
#else
  entry(1, 0, 1); entry(1, 1, 2); entry(1, 2, 3); word(1, 3);
#endif
  entry(1, 3, 4); word(1, 4);
#ifdef REMOVE_IN_PLACE  // the last one, by lowering the degree
  word(1, 3); entry(1, 3, 5); word(1, 4);
#else
  // Entry 2 goes.
  entry(2, 0, 1); entry(2, 1, 3); entry(2, 2, 4); word(2, 3);
  entry(2, 3, 5); word(2, 4);
#endif
}

// What belongs into a block: 1 2, 1 2 3 4, and 1 3 4 5.
#define EXPECTED(b, i) ((b) == 2 && (i) > 0 -> (i) + 2 : (i) + 1)

active proctype reader() {
  byte looks, seen, i, b, early, early_value;
  do
  :: looks == 2 -> break
  :: else ->
    looks++;
    early = 255;
#ifdef NO_ACQUIRE  // an entry may be loaded before the word that leads to it
    if
    :: early = BLOCK(0, 1)
    :: early = BLOCK(1, 3)
    fi;
    early_value = memory[early];
#endif
    seen = memory[WORD];
    b = seen / 8 - 1;
    i = 0;
    do
    :: i == seen % 8 -> break
    :: else ->
      if
      :: BLOCK(b, i) == early -> assert(early_value == EXPECTED(b, i))
      :: else -> assert(memory[BLOCK(b, i)] == EXPECTED(b, i))
      fi;
      i++
    od
  od
}
