// tests/model/life_lock.pml: nobody waits for ever for a lock whose holder and
// whose waiters may be killed.
//
// Models: `life_lock::acquire` and `release`, on the attach lock.  Of glibc's
// robust mutex: a CAS from 0, or from the mark of a death; else mark the word
// with WAITERS and sleep; whoever was woken marks it when it takes it; to
// unlock, exchange, and wake one if the word was marked.  Of the kernel, when a
// thread is killed: mark the word that it holds, and wake one if it was marked;
// wake one, too, if the word that it was about to take is 0.
// Three threads lock twice each; two may be killed before any step.
// Abstracted: a time-out comes when the lock can be taken or the word is not
// what the sleeper waits for; what it would find before is the same.
// Proved: whoever lives gets the lock, one at a time.  In one long sleep
// (ONE_LONG_SLEEP, as it was once) a wake-up is lost: its waiter is killed, and
// somebody who never slept has taken the lock, and marks nothing.
#define ME (_pid + 1)
#define WAITERS 8
#define DIED 16
#define CAN_TAKE ((futex & 7) == 0)

byte futex;  // who holds the lock | WAITERS | DIED
bool asleep[3], inside[3];

#define STEP(action) atomic { if :: action :: mortal -> goto killed fi }

inline wake_one() {
  if
  :: asleep[0] -> asleep[0] = false
  :: asleep[1] -> asleep[1] = false
  :: asleep[2] -> asleep[2] = false
  :: else
  fi
}

#ifdef ONE_LONG_SLEEP
#define TIMED_OUT false
#else
#define TIMED_OUT (CAN_TAKE || futex != expected)
#endif

inline acquire() {
  do
  :: atomic {
      CAN_TAKE -> futex = ME | slept | (futex & WAITERS);
      assert(!inside[0] && !inside[1] && !inside[2]);
      inside[_pid] = true; slept = 0;
      break
    }
  :: atomic { !CAN_TAKE -> futex = futex | WAITERS; expected = futex }
    STEP(futex == expected -> asleep[_pid] = true :: futex != expected);
    STEP(!asleep[_pid] -> slept = WAITERS
         :: asleep[_pid] && TIMED_OUT -> asleep[_pid] = false; slept = 0);
    expected = 0
  :: mortal -> goto killed
  od
}

inline release() {
  STEP(inside[_pid] = false; marked = futex & WAITERS; futex = 0);
  if
  :: marked -> STEP(marked = 0; wake_one())
  :: else
  fi
}

active [3] proctype thread() {
  byte rounds = 2, slept, expected, marked;
  bool mortal = (_pid < 2);
  do
  :: rounds == 0 -> break
  :: else ->
    rounds--;
    acquire();
    release()
  od;
  goto over;
killed:
  atomic {
    asleep[_pid] = false; inside[_pid] = false;
    if
    :: (futex & 7) == ME ->
      marked = futex & WAITERS;
      futex = DIED | marked;
      if
      :: marked -> wake_one()
      :: else
      fi
    :: futex == 0 -> wake_one()
    :: else
    fi;
    rounds = 0; slept = 0; expected = 0; marked = 0
  }
over:
  skip
}
