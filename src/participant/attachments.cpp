// The thread-local side of attaching.
#include "participant/attachments.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "error/raise.hpp"
#include "participant/intent.hpp"
#include "participant/life_lock.hpp"
#include "participant/process.hpp"
#include "participant/snapshots.hpp"
#include "participant/store.hpp"

namespace telar::detail {

thread_local constinit last_attachment this_thread;

namespace {

constexpr std::size_t most_attachments = 1024;

struct attachment {
  std::uint64_t serial;
  std::uint64_t generation;
  std::shared_ptr<attached_memory> memory;
  detail::slot* slot;
};

/// Mappings that must outlast this process's interest: the kernel does not
/// release a lock in memory that is unmapped before its thread has ended.
void keep_for_good(std::shared_ptr<attached_memory> memory) {
  struct kept {
    std::shared_ptr<attached_memory> memory;
    kept* next;
  };
  static std::atomic<kept*> all{nullptr};
  auto* one = new kept{std::move(memory), all.load()};
  while (!all.compare_exchange_weak(one->next, one)) {
  }
}

void let_go(attachment& a) {
  if (this_thread.core == a.serial) this_thread = {};
  // In a forked child the life-lock is the parent's: not ours to release.
  if (a.generation != process_generation()) return;
  slot& s = *a.slot;
  leave_snapshots_to_process(a.memory->control->address(), s);
  // A thread that ends inside a change leaves its lock to the kernel, which
  // marks it dead: whoever meets the slot finishes the change.
  if (get(s.intent.state) != phase_idle) {
    keep_for_good(a.memory);
    return;
  }
  // Release: pairs with the scan of pins in the reclaimer.
  s.pin.store(0, std::memory_order_release);
  set(s.attached, attached_no);
  offer_all(
      *reinterpret_cast<clocks*>(a.memory->control->address() + clocks_offset),
      s);
  withdraw(s);
}

/// Plain data: a static object may own a graph, and is destroyed after the main
/// thread's thread-local objects.  What is attached that late is not let go
/// here: the kernel marks its life-lock when the thread ends.
thread_local constinit std::vector<attachment>* mine = nullptr;

struct at_thread_end {
  ~at_thread_end() {
    std::vector<attachment>* const all = std::exchange(mine, nullptr);
    for (attachment& a : *all) let_go(a);
    delete all;
  }
};

std::vector<attachment>& attachments() {
  if (!mine) {
    mine = new std::vector<attachment>;
    thread_local const at_thread_end end;  // constructed once a thread
    (void)end;
  }
  return *mine;
}

}  // namespace

slot* find_attachment(std::uint64_t serial) {
  drop_closed_attachments();  // and those of before a fork
  for (const attachment& a : attachments()) {
    if (a.serial != serial) continue;
    this_thread = {serial, a.generation, &process_generation_word(), a.slot};
    return a.slot;
  }
  return nullptr;
}

void remember_attachment(std::uint64_t serial,
                         std::shared_ptr<attached_memory> memory, slot& s) {
  std::vector<attachment>& all = attachments();
  all.push_back({serial, process_generation(), std::move(memory), &s});
  this_thread = {serial, all.back().generation, &process_generation_word(), &s};
}

void prepare_attachment() {
  std::vector<attachment>& all = attachments();
  if (all.size() >= most_attachments) {
    raise(errc::no_space, "this thread is attached to " +
                              std::to_string(most_attachments) +
                              " graphs, and cannot use more at once.");
  }
  all.reserve(all.size() + 1);
}

void drop_closed_attachments() {
  if (!mine) return;
  const std::uint64_t generation = process_generation();
  std::erase_if(*mine, [&](attachment& a) {
    if (a.generation == generation &&
        !a.memory->closed.load(std::memory_order_acquire)) {
      return false;
    }
    let_go(a);
    return true;
  });
}

void sign(slot& s) {
  // Nobody's, while it is half written: pairs with mark_if_lost().
  set(s.thread, 0);
  std::atomic_thread_fence(std::memory_order_release);
  set(s.pid, static_cast<std::uint32_t>(::getpid()));
  set(s.start_time, process_start_time());
  set(s.pid_space, pid_namespace());
  char name[16] = {};
  ::prctl(PR_GET_NAME, name);
  std::uint64_t words[2];
  std::memcpy(words, name, sizeof words);
  set(s.command[0], words[0]);
  set(s.command[1], words[1]);
  s.thread.store(life_lock::holder(s.life), std::memory_order_release);
}

void withdraw(slot& s) {
  set(s.thread, 0);
  life_lock::release(s.life);
}

void introduce(slot& s) {
  sign(s);
  set(s.attached, attached_yes);
}

}  // namespace telar::detail
