// tests/model/vertex_lock.pml: two vertices, three writers, of which two may be
// killed before any step, also while they repair what the other left.
//
// Models: `held_ends`, `lock`, `lock_slowly`, `unlock`, `commit_and_apply`,
// `apply`, and of the recoverer `try_recover`, `recover`, `release_owner`, with
// the life-lock of `life_lock::outcome`, down to each load and store that
// another can see.  At the end the third sweeps.
// Abstracted: a word is the set of the writers whose edge is in it; both ends
// get the same; epochs (see snapshot_drain.pml), blocks, limits.  A timed sleep
// ends when there is something to do: what it would see before is the same.
// Proved: whoever holds both vertices sees both words equal; a recovery frees
// what its dead held; nobody waits for ever; at the end no vertex is locked, no
// edge is torn, every acknowledged one is there, and applying twice is applying
// once.
#define ME (_pid + 1)
#define WAITERS 8
#define HOLDER(owner) ((owner) & 7)
#define idle 0
#define preparing 1
#define committed 2

byte owner[2], word[2];
byte phase[3], plan[3];    // slot.intent.state, and .words
bool named[3];             // slot.intent.ends
byte life[3];              // who holds the life-lock of a slot; 0: nobody
bool dirty[3], broken[3];  // not yet consistent; never to be again
bool alive[3] = true, done[3];
byte asleep[3];            // at vertex + 1

#define DEAD(i) (life[i] != 0 && !alive[life[i] - 1])
#define FREE(i) (life[i] == 0)
#ifdef REDO_ADDS
#define PLAN(before) (1 << _pid)
#else
#define PLAN(before) ((before) | 1 << _pid)
#endif
#ifdef NO_COMMIT
#define COMMIT preparing
#else
#define COMMIT committed
#endif
// One step that others can see, before which the process may be killed.
#define STEP(action) atomic { if :: action :: mortal -> goto killed fi }

inline wake_one(v) {
  if
  :: asleep[0] == v + 1 && alive[0] -> asleep[0] = 0
  :: asleep[1] == v + 1 && alive[1] -> asleep[1] = 0
  :: asleep[2] == v + 1 -> asleep[2] = 0
  :: else
  fi
}

inline set_free(v) {
  if
  :: seen & WAITERS -> seen = 0; STEP(wake_one(v))
  :: else -> seen = 0
  fi
}

inline unlock(v) {
  STEP(seen = owner[v]);
  STEP(owner[v] = 0);  // an exchange only if `seen` has waiters
  set_free(v)
}

inline release_owner(v, i) {
  STEP(seen = owner[v]);
  if
  :: HOLDER(seen) == i + 1 -> STEP(seen = owner[v]; owner[v] = 0); set_free(v)
  :: else -> seen = 0
  fi
}

inline apply(i) {
#ifdef REDO_ADDS
  STEP(word[0] = word[0] ^ plan[i]); STEP(word[1] = word[1] ^ plan[i])
#else
  STEP(word[0] = plan[i]); STEP(word[1] = plan[i])
#endif
}

inline release_both(i) {
  if
#ifdef FREES_ONLY_THE_BUSY
  :: named[i] && found != idle ->
#else
  :: named[i] ->
#endif
    release_owner(0, i);
#ifndef FREES_ONE_END
    release_owner(1, i)
#endif
  :: else
  fi
}

inline recover(i) {
  STEP(found = phase[i]);
#ifdef RECOVERY_FREES_FIRST
  release_both(i);
#endif
  if
  :: found == committed -> apply(i)
  :: else
  fi;
  STEP(phase[i] = idle);
#ifndef RECOVERY_FREES_FIRST
  release_both(i);
#endif
  found = 0
}

inline try_recover(i) {
  STEP(assert(!broken[i]);
       if
       :: FREE(i) || DEAD(i) ->
         dirty[i] = dirty[i] || DEAD(i); life[i] = ME; recovered = true
       :: else -> recovered = false
       fi);
  if
  :: recovered ->
#ifndef NOT_CONSISTENT
    STEP(dirty[i] = false);
#endif
    recover(i);
    STEP(broken[i] = dirty[i]; life[i] = 0)
  :: else
  fi
}

#ifdef NO_TIMEOUT
#define TIMED_OUT(v, i) false
#else
#define TIMED_OUT(v, i) (owner[v] != expected || FREE(i) || DEAD(i))
#endif

// `seen_owner | WAITERS` is marked, unless the word has changed; then sleeps.
inline futex_wait(v) {
  STEP(owner[v] == expected -> asleep[_pid] = v + 1 :: owner[v] != expected);
  STEP((asleep[_pid] == 0 || (TIMED_OUT(v, HOLDER(expected) - 1))) ->
       asleep[_pid] = 0);
  slept = WAITERS
}

inline lock(v) {
  do
  :: atomic { owner[v] == 0 -> owner[v] = ME | slept; break }
  :: atomic { owner[v] != 0 -> expected = owner[v] }
    try_recover(HOLDER(expected) - 1);
    if
    :: recovered -> assert(owner[v] != expected)
    :: else ->
      STEP(owner[v] == expected ->
             expected = expected | WAITERS; owner[v] = expected
           :: owner[v] != expected -> expected = 0);
      if
      :: expected != 0 -> futex_wait(v)
      :: else
      fi
    fi;
    expected = 0; recovered = false
  :: mortal -> goto killed
  od;
  slept = 0
}

inline sweep() {
  try_recover(0); assert(recovered);
  try_recover(1); assert(recovered);
  assert(owner[0] == 0 && owner[1] == 0);
  assert(word[0] == word[1]);
  assert(word[0] & 4);
  assert(!done[0] || word[0] & 1);
  assert(!done[1] || word[0] & 2)
}

active [3] proctype writer() {
  byte seen, expected, slept, found;
  bool recovered, mortal;
  atomic {
    life[_pid] = ME;
    phase[_pid] = preparing;
    if
    :: _pid < 2 -> mortal = true
    :: true
    fi
  }
#ifndef ENDS_LATE
  STEP(named[_pid] = true);
#endif
  lock(0);
#ifdef ENDS_LATE
  STEP(named[_pid] = true);
#endif
  lock(1);
  // The plan counts when the phase does: one step.
  STEP(assert(word[0] == word[1]);
       plan[_pid] = PLAN(word[0]);
       phase[_pid] = COMMIT);
#ifdef IDLE_FIRST
  STEP(phase[_pid] = idle);
#endif
  apply(_pid);
#ifndef UNLOCK_FIRST
  STEP(phase[_pid] = idle);
#endif
  unlock(1);
  unlock(0);
#ifdef UNLOCK_FIRST
  STEP(phase[_pid] = idle);
#endif
  STEP(done[_pid] = true; life[_pid] = 0);
end:
  atomic {
    (_pid == 2 && (done[0] || !alive[0]) && (done[1] || !alive[1]));
    sweep()
  }
  goto over;
killed:
  atomic {
    alive[_pid] = false;
    asleep[_pid] = 0; seen = 0; expected = 0; slept = 0; found = 0;
    recovered = false
  }
over:
  skip
}
