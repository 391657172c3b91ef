// tests/model/snapshot_drain.pml: two writers add edges 0-1 and 1-2 while
// snapshots are taken, looked at twice, and ended.
//
// Models: a change as `held_ends`, `commit_and_apply` and `apply` have it, with
// the saving of versions that snapshots need; taking a snapshot: register in
// `snap`, advance the epoch by CAS, drain; reading one: a word, then its epoch,
// then the saved version.
// Memory is x86's: a store of a writer waits in its buffer, which its locked
// instructions empty.  The buffer has room for one: stores keep their order, so
// what matters is that a load may overtake the last of them.
// Abstracted: a word is how many edges of each writer it has; a vertex saves one
// version (one snapshot lives at a time, so nobody needs an older one); no
// deaths (what a recoverer stores is what the dead would have: vertex_lock.pml);
// no reclamation (pins.pml).
// Proved: a snapshot sees each edge at both ends or at neither, the same
// whenever it looks, and all that was acknowledged before it was asked for.
#define CHANGES 2  // by the first writer, and one by the second
#define SNAPSHOTS 2
#define ME (_pid + 1)
#define VERSION(epoch, word) ((epoch) * 32 + (word) + 1)
// Addresses of what writers store.
#define WORD(v) (v)
#define EPOCH(v) (3 + (v))
#define SAVED(v) (6 + (v))
#define OWNER(v) (9 + (v))
#define STATE(i) (12 + (i))  // the published epoch; 0: idle, or waiting
#define TOLD(i) (14 + (i))   // how many were acknowledged

byte memory[16];
byte epoch = 1, snap;
chan stores[2] = [1] of { byte, byte };

active proctype store_buffers() {
  byte at, value;
end:
  do
  :: atomic { stores[0] ? at, value -> memory[at] = value; at = 0; value = 0 }
  :: atomic { stores[1] ? at, value -> memory[at] = value; at = 0; value = 0 }
  od
}

#define store(at, value) stores[me] ! at, value
#ifdef LOCKED_WITHOUT_FENCE
#define FENCED true
#else
#define FENCED empty(stores[me])
#endif

// `lock`, and where it has to wait `lock_slowly`, which un-publishes first.
inline lock(v) {
  if
  :: atomic { memory[OWNER(v)] == 0 && FENCED -> memory[OWNER(v)] = me + 1 }
  :: memory[OWNER(v)] != 0 ->
#ifndef EPOCH_BEFORE_LOCKS
    store(STATE(me), 0);
    published = 0;
#endif
    atomic { memory[OWNER(v)] == 0 && FENCED -> memory[OWNER(v)] = me + 1 }
  fi
}

inline save(v) {
  atomic {
    if
    :: memory[EPOCH(v)] != 0 && memory[EPOCH(v)] != e &&
       snap >= memory[EPOCH(v)] ->
      store(SAVED(v), VERSION(memory[EPOCH(v)], memory[WORD(v)]))
    :: else
    fi
  }
}

#define EDGE (me == 0 -> 1 : 4)  // what a writer's edge adds to both ends

inline put(v, more) {
#ifdef WORD_BEFORE_EPOCH
  store(WORD(v), memory[WORD(v)] + more); store(EPOCH(v), e)
#else
  store(EPOCH(v), e); store(WORD(v), memory[WORD(v)] + more)
#endif
}

active [2] proctype writer() {
  byte me = _pid - 1, changes, e, published;
  do
  :: changes == CHANGES - me -> break
  :: else ->
    atomic { changes++; e = epoch }
    store(STATE(me), e);
    published = e;
    lock(me);
    lock(me + 1);
#ifndef EPOCH_BEFORE_LOCKS
    do
    :: atomic { epoch == e && published == e -> break }
    :: atomic { epoch != e || published != e -> e = epoch; published = e }
      store(STATE(me), e);
      FENCED
    od;
#endif
#ifndef SAVED_LATE
    save(me);
    save(me + 1);
#endif
    put(me, EDGE);
    put(me + 1, EDGE);
#ifdef SAVED_LATE
    save(me);
    save(me + 1);
#endif
    store(STATE(me), 0);
    store(OWNER(me + 1), 0);
    store(OWNER(me), 0);
    store(TOLD(me), changes);
    e = 0; published = 0
  od
}

// The version may be loaded with the epoch: while we need it, it stays.
inline look(v) {
#ifdef EPOCH_READ_FIRST
  changed = memory[EPOCH(v)];
  word = memory[WORD(v)];
  atomic {
#else
  word = memory[WORD(v)];
  atomic {
    changed = memory[EPOCH(v)];
#endif
    if
    :: changed > s && memory[SAVED(v)] == 0 -> word = 0
    :: changed > s && memory[SAVED(v)] != 0 ->
      word = memory[SAVED(v)] - 1;
      assert(word / 32 <= s);
      word = word % 32
    :: else
    fi;
    assert(looks == 2 || view[v] == word);
    view[v] = word;
    word = 0; changed = 0
  }
}

inline drain(i) {
#ifdef NO_DRAIN
  skip
#else
  (memory[STATE(i)] == 0 || memory[STATE(i)] > s)
#endif
}

active proctype snapshotter() {
  byte taken, s, looks, word, changed, told[2], view[3];
  do
  :: taken == SNAPSHOTS -> break
  :: else ->
    atomic { taken++; told[0] = memory[TOLD(0)]; told[1] = memory[TOLD(1)];
             s = epoch }
#ifdef REGISTERED_LATE
    epoch = s + 1;
    snap = s;
#else
    snap = s;
    epoch = s + 1;
#endif
    drain(0);
    drain(1);
    looks = 2;
    do
    :: looks == 0 -> break
    :: else ->
      look(0);
      look(1);
      look(2);
      looks--
    od;
    atomic {
      assert(view[1] == view[0] + view[2]);
      assert(view[0] >= told[0] && view[2] >= 4 * told[1]);
      view[0] = 0; view[1] = 0; view[2] = 0; told[0] = 0; told[1] = 0
    }
    snap = 0
  od
}
