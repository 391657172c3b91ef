// tests/model/pins.pml: a block that a reader may hold is not reused.
//
// Models: `pin_present`, `unpin`; `block_plan::take` and `retire`, `apply` (the
// word), `blocks::advance` and `nobody_reads_up_to`, with the three generations
// of a queue: [head, ready) [ready, seal) [seal, tail).
// Memory is x86's: a process has a store buffer, first in, first out, which its
// locked instructions and sequentially consistent stores empty.
// Abstracted: one writer that replaces the block of one vertex over and over,
// one reader (the look at pins is a conjunction: what is true of one is true of
// all), the other slots as a process that moves the grace; numbers of blocks
// instead of contents; a queue without bags.  The dead hold nothing.
// Proved: what is taken for reuse is in no reader's hands.  Not even without the
// second look at the grace (NO_SECOND_LOOK): stamps are taken after the word is
// stored, and pins looked at after that, so an old pin only holds back more.
// The look stays: it pins less, and it is what keeps the loads of words behind
// the pin where a sequentially consistent store is no fence for them (ARM).
#define CHANGES 6
#define PINS 3

byte grace = 1, word, pin;
byte held;  // the blocks the reader may be in, a bit each: not in the segment
chan word_stores = [2] of { byte };  // on their way to memory
chan pin_stores = [2] of { byte };

active proctype store_buffers() {
end:
  do
  :: word_stores ? word
  :: pin_stores ? pin
  od
}

inline read_word() { atomic { held = held | 1 << word } }

active proctype reader() {
  byte seen, pins = PINS;
  do
  :: pins == 0 -> break
  :: else ->
    atomic { pins--; seen = grace }
    do
    :: pin_stores ! seen;
#ifndef PIN_NOT_FENCED
      empty(pin_stores);
#endif
#ifdef NO_SECOND_LOOK
      break
#else
      if
      :: atomic { grace == seen -> break }
      :: atomic { grace != seen -> seen = grace }
      fi
#endif
    od;
    seen = 0;
    read_word();
    read_word();
    held = 0;
    pin_stores ! 0  // unpin: no fence
  od
}

byte queue[CHANGES], head, ready, seal, tail, stamp;

inline look() {
#ifdef EQUAL_IS_YOUNGER
  quiet = (pin == 0 || pin >= stamp)
#else
  quiet = (pin == 0 || pin > stamp)
#endif
}

inline advance() {
  look();
  if
  :: quiet ->
    atomic {
#ifdef READY_IS_TAIL
      ready = tail;
#else
      ready = seal;
#endif
      seal = tail
    }
#ifndef GRACE_NOT_LOCKED
    empty(word_stores);
#endif
    atomic { stamp = grace; grace++ }
  :: else
  fi;
  quiet = false
}

inline take() {
  atomic {
    if
    :: head < ready ->
      block = queue[head];
      queue[head] = 0;
      head++;
      assert(!(held & 1 << block))
    :: else -> cut++; block = cut
    fi
  }
}

inline now_and_then_advance() {
  if
  :: true -> advance()
  :: true
  fi
}

active proctype writer() {
  byte changes, block, old, cut;
  bool quiet;
  do
  :: changes == CHANGES -> break
  :: else ->
    atomic { changes++; take() }
    atomic { queue[tail] = old; tail++; old = block }
#ifdef STAMP_FIRST
    now_and_then_advance();
    word_stores ! block
#else
    word_stores ! block;
    now_and_then_advance()
#endif
  od
}

active proctype other_slots() { atomic { grace++ } }
