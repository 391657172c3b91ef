// tests/model/exchange.pml: free memory goes from slot to slot.
//
// Models: `participants::exchange`, `end_exchange`, `settle_exchange`, `recover`
// and `try_recover` of whoever dies in one, `take_slot` and `let_go`; of
// `blocks`, an exchange of two whole queues and the taking of a block, each by
// one intent.  Two threads have slots, the third slot is nobody's; a third thread
// comes when it likes, and takes any slot.  The two may be killed before any
// step, also in a recovery.
// Abstracted: a queue is a set of blocks, stored at once; readers (pins.pml) and
// the order of what is in a queue; all slots are laid out.
// Proved: a block is in one queue, or in one participant's hands; an intent finds
// the slot that it changes marked by it; no mark is left over.  With COMES_TWICE
// the first thread attaches once more: 12 million states, a gigabyte and two
// minutes, so that the test does not do it.
#define ME (_pid + 1)
#define SLOTS 3
#define NONE 9
#define BLOCKS 7

// The thread that holds the life-lock + 1; 0: nobody.
byte life[SLOTS] = {1, 2, 0};
bool attached[SLOTS] = {true, true, false};
byte partner[SLOTS];  // slot + 1
byte taker[SLOTS];
bool committed[SLOTS];  // the intent, and what it says:
byte own_queue[SLOTS];
byte other[SLOTS] = NONE;  // the slot that it changes, too
byte other_queue[SLOTS];
byte queue[SLOTS] = {1, 2, 4};
bool alive[3] = true;

// Not in the segment: what has been taken for good.
byte taken[3];

#define LOST(lock) ((lock) != 0 && !alive[(lock) - 1])
#define CAN_TAKE(lock) ((lock) == 0 || LOST(lock))
#define STEP(action) atomic { if :: action :: mortal -> goto killed fi }

// Sets `had`.
inline try_acquire(lock) {
  STEP(had = CAN_TAKE(lock); if :: had -> lock = ME :: else fi)
}

inline apply(i) {
  STEP(queue[i] = own_queue[i]);
  STEP(if :: other[i] != NONE -> queue[other[i]] = other_queue[i] :: else fi)
}

inline end_exchange(i) {
  if
  :: partner[i] != 0 ->
    STEP(if :: taker[partner[i] - 1] == i + 1 -> taker[partner[i] - 1] = 0
            :: else fi);
    STEP(partner[i] = 0)
  :: else
  fi
}

inline recover(i) {
  if
  :: committed[i] ->
#ifdef UNMARKED_BEFORE_APPLIED
    end_exchange(i);
#endif
#ifndef NOT_MARKED
    // validate_intent()
    STEP(assert(other[i] == NONE ||
                (partner[i] == other[i] + 1 && taker[other[i]] == i + 1)));
#endif
    apply(i);
    STEP(committed[i] = false)
  :: else
  fi;
#ifndef MARKS_LEFT
  end_exchange(i);
#endif
  STEP(attached[i] = false)
}

inline try_recover(i) {
  try_acquire(life[i]);
  if
  :: had -> recover(i); STEP(life[i] = 0)
  :: else
  fi;
  had = false
}

// Sets `idle`.
inline settle(i) {
  STEP(by = taker[i]);
#ifdef NOT_SETTLED
  by = 0;
#endif
  if
  :: by != 0 ->
#ifndef NOT_ASKED
    try_recover(by - 1);
    STEP(idle = (partner[by - 1] != i + 1));
#else
    idle = true;
#endif
    if
    :: idle -> STEP(if :: taker[i] == by -> taker[i] = 0 :: else fi)
    :: else
    fi;
    STEP(idle = (taker[i] == 0))
  :: else -> idle = true
  fi;
  by = 0
}

inline commit_and_apply() {
#ifdef APPLIED_FIRST
  STEP(queue[mine] = own_queue[mine]);
#endif
  STEP(committed[mine] = true; taken[_pid] = taken[_pid] | block);
  block = 0;
  apply(mine);
  STEP(committed[mine] = false)
}

// With slot i, if nobody has it.
inline exchange(i) {
  try_acquire(life[i]);
  if
  :: had ->
    had = false;
    recover(i);
    settle(i);
    if
    :: idle ->
#ifndef NOT_MARKED
      STEP(partner[mine] = i + 1);
      STEP(taker[i] = mine + 1);
#endif
      STEP(own_queue[mine] = queue[i]);
      STEP(other_queue[mine] = queue[mine]; other[mine] = i);
      commit_and_apply();
      end_exchange(mine)
    :: else
    fi;
    idle = false;
    STEP(life[i] = 0)
  :: else
  fi;
  had = false
}

inline take_block() {
  if
  :: queue[mine] != 0 ->
    if
    :: queue[mine] & 1 -> block = 1
    :: (queue[mine] & 3) == 2 -> block = 2
    :: (queue[mine] & 7) == 4 -> block = 4
    fi;
    STEP(own_queue[mine] = queue[mine] & (7 - block); other[mine] = NONE);
    commit_and_apply()
  :: else
  fi
}

// Sets `mine`.  There is always one: the third slot, or that of who has gone.
inline take_slot() {
  i = 0;
  do
  :: mine != NONE -> break
  :: else ->
    try_acquire(life[i]);
    if
    :: had ->
      had = false;
      recover(i);
      settle(i);
      if
      :: idle -> STEP(attached[i] = true); mine = i
      :: else -> STEP(life[i] = 0); i = (i + 1) % SLOTS
      fi;
      idle = false
    :: else -> i = (i + 1) % SLOTS
    fi
  od;
  i = 0
}

inline look_around() {
  i = 0;
  do
  :: i == SLOTS -> break
  :: else ->
    if
    :: i != mine && !attached[i] -> exchange(i)
    :: i != mine && attached[i] -> try_recover(i)
    :: else
    fi;
    i++
  od;
  i = 0
}

// What check() finds when nobody else is there.
inline check_all() {
  atomic { (!alive[0] && !alive[1]) -> skip }
  i = 0;
  do
  :: i == SLOTS -> break
  :: else -> try_recover(i); i++
  od;
  atomic {
    assert(partner[0] + partner[1] + partner[2] == 0);
    assert(taker[0] + taker[1] + taker[2] == 0);
    assert(queue[0] + queue[1] + queue[2] + taken[0] + taken[1] + taken[2] ==
           BLOCKS);
    assert((queue[0] | queue[1] | queue[2] | taken[0] | taken[1] | taken[2]) ==
           BLOCKS)
  }
}

active [3] proctype thread() {
  byte mine = NONE, i, by, block, rounds;
  bool had, idle, mortal;
  atomic {
    if
    :: _pid < 2 -> mortal = true; mine = _pid
    :: else
    fi;
#ifdef COMES_TWICE
    rounds = 1 + (_pid == 0)
#else
    rounds = 1
#endif
  }
  do
  :: rounds == 0 -> break
  :: else ->
    rounds--;
    if
    :: mine == NONE -> take_slot()
    :: else
    fi;
    look_around();
    take_block();
    // let_go
    STEP(attached[mine] = false);
    STEP(life[mine] = 0; mine = NONE)
  od;
  if
  :: _pid == 2 -> check_all()
  :: else
  fi;
killed:
  // Or at its end: whoever has let go is not distinguished from the dead.
  atomic {
    alive[_pid] = false;
    mine = 0; i = 0; by = 0; block = 0; rounds = 0;
    had = false; idle = false
  }
}
