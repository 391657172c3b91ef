// tests/model/slots.pml: slots are claimed, left, found dead, recovered and
// used again, while their number grows.
//
// Models: `participants::take_slot`, `grow_slots`, `try_recover`, `recover`
// (of a slot that dies holding a vertex), `let_go`, and the holding of a vertex
// in between (`lock`, `unlock`); the life-locks and the attach lock of
// `life_lock`.  Two threads attach twice, a third once; the two may be killed
// before any step, also inside a recovery or the growth.
// Abstracted: one vertex, no intent to apply (see vertex_lock.pml); waiting is
// waiting for a change; slots come one at a time instead of sixteen.
// Proved: a slot has one user who lives; an owner word never means two
// participants; a slot is not made anew while it is used; nobody waits for
// ever.
#define ME (_pid + 1)
#define SLOTS 2
#define NONE 9

byte life[SLOTS];          // the thread that holds the life-lock + 1; 0: nobody
bool named[SLOTS];         // slot.intent.ends names the vertex
byte owner;                // of the vertex: slot + 1
byte bound = 1;            // clocks.slot_capacity
byte attach_lock;          // as life
bool alive[3] = true;

// Not in the segment: who thinks that it has this slot, and the vertex.
byte user[SLOTS];
bool inside[3];

#define LOST(lock) ((lock) != 0 && !alive[(lock) - 1])
#define CAN_TAKE(lock) ((lock) == 0 || LOST(lock))
#define STEP(action) atomic { if :: action :: mortal -> goto killed fi }

inline recover(i) {
  STEP(if :: named[i] && owner == i + 1 -> found = true :: else fi);
  if
  :: found -> found = false; STEP(owner = 0)
  :: else
  fi
}

// Sets `taken`.
inline try_acquire(lock) {
  STEP(taken = CAN_TAKE(lock); if :: taken -> lock = ME :: else fi)
}

inline try_recover(i) {
  try_acquire(life[i]);
  if
  :: taken ->
#ifdef ONLY_LOOKS  // what it found dead it recovers without holding it
    STEP(life[i] = 0);
    recover(i)
#else
#ifdef LIFE_LOCK_FIRST
    STEP(life[i] = 0);
    recover(i)
#else
    recover(i);
    STEP(life[i] = 0)
#endif
#endif
  :: else
  fi
}

inline grow_slots(seen) {
  STEP(CAN_TAKE(attach_lock) -> attach_lock = ME);
#ifdef GROWS_BLINDLY
  STEP(fresh = true);
#else
  STEP(fresh = (bound == seen));
#endif
  if
  :: fresh ->
#ifdef PUBLISHED_FIRST
    STEP(bound = seen + 1);
#endif
    STEP(life[seen] = 0);  // the mutex is initialised
#ifndef PUBLISHED_FIRST
    STEP(bound = seen + 1);
#endif
    fresh = false
  :: else
  fi;
  STEP(attach_lock = 0)
}

// Sets `mine`.  Three threads, two slots: who finds none tries again.
inline take_slot() {
  mine = NONE;
  do
  :: mine != NONE -> break
  :: else ->
    STEP(count = bound);
    i = 0;
    do
    :: i == count || mine != NONE -> break
    :: else ->
      try_acquire(life[i]);
      if
      :: taken ->
        mine = i;
        taken = false;
#ifndef NOT_RECOVERED
        recover(i)
#endif
      :: else -> i++
      fi
    od;
    i = 0;
    if
    :: mine == NONE && count < SLOTS -> grow_slots(count)
    :: mine == NONE && count == SLOTS ->
      STEP((CAN_TAKE(life[0]) || CAN_TAKE(life[1])) -> skip)
    :: else
    fi;
    count = 0
  od
}

// `introduce`: from here on the slot is ours.
inline introduce() {
  STEP(assert(user[mine] == 0 || !alive[user[mine] - 1]); user[mine] = ME;
       named[mine] = true)
}

inline lock() {
  do
  :: atomic {
      owner == 0 ->
      owner = mine + 1;
      assert(!(inside[0] && alive[0]));
      assert(!(inside[1] && alive[1]));
      assert(!(inside[2] && alive[2]));
      inside[_pid] = true;
      break
    }
  :: atomic { owner != 0 -> expected = owner }
    assert(expected != mine + 1);
    try_recover(expected - 1);
    if
    :: taken
    :: else -> STEP((owner != expected || CAN_TAKE(life[expected - 1])) -> skip)
    fi;
    expected = 0; taken = false
  :: mortal -> goto killed
  od
}

active [3] proctype thread() {
  byte mine = NONE, i, count, expected, rounds;
  bool taken, fresh, found, mortal;
  atomic {
    if
    :: _pid < 2 -> mortal = true; rounds = 2
    :: true -> rounds = 1 + (_pid < 2)
    fi
  }
  do
  :: rounds == 0 -> break
  :: else ->
    rounds--;
    take_slot();
    introduce();
    lock();
    STEP(assert(owner == mine + 1 && user[mine] == ME);
         inside[_pid] = false; owner = 0);
    // let_go
    STEP(user[mine] = 0; life[mine] = 0; mine = NONE)
  od;
  goto over;
killed:
  atomic {
    alive[_pid] = false;
    mine = 0; i = 0; count = 0; expected = 0; rounds = 0;
    taken = false; fresh = false; found = false
  }
over:
  skip
}
