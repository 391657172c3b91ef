// Stopped, killed, and ended in each state of a change.
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "chaos/stage.hpp"

using namespace telar;
using namespace telar::test;

namespace {

void call_myself(const char* name) { ::prctl(PR_SET_NAME, name); }

lock_state each_state() { return GENERATE(values(all_lock_states)); }

/// A process that stops itself in the stage's state.
process start_stopped(stage& on) {
  process actor = start_process([&] {
    call_myself("the actor");
    insert_and(on.g, on.state, [] { ::raise(SIGSTOP); });
    return 0;
  });
  int status = 0;
  REQUIRE(::waitpid(actor.pid(), &status, WUNTRACED) == actor.pid());
  REQUIRE(WIFSTOPPED(status));
  return actor;
}

/// A process, one of whose threads stops in the stage's state while `others`
/// happens in its main thread.
template <typename Others>
process start_with_thread(stage& on, Others others) {
  return start_process([&] {
    std::thread([&] {
      call_myself("the actor");
      insert_and(on.g, on.state, [&] { on.sign->stop_here(); });
    }).detach();
    await(on.sign->reached);
    return others();
  });
}

/// A pipe whose reader notices that a process has called exec, or ended, and
/// another that keeps a `cat` alive.
struct exec_pipes {
  int until_exec[2];
  int input[2];

  exec_pipes() {
    require(::pipe2(until_exec, O_CLOEXEC) == 0 && ::pipe2(input, 0) == 0,
            "no pipe");
  }
  ~exec_pipes() {
    if (input[1] >= 0) ::close(input[1]);
    ::close(until_exec[0]);
  }
  [[noreturn]] void become_cat() const {
    ::dup2(input[0], STDIN_FILENO);
    ::close(input[0]);
    ::close(input[1]);
    ::execlp("cat", "cat", nullptr);
    ::_exit(1);
  }
  void await_exec() {
    ::close(until_exec[1]);
    ::close(input[0]);
    char byte = 0;
    REQUIRE(::read(until_exec[0], &byte, 1) == 0);
  }
  void end() { ::close(std::exchange(input[1], -1)); }
};

void check_after_exec(stage& on, process& actor, exec_pipes& pipes) {
  pipes.await_exec();
  CHECK(::kill(actor.pid(), 0) == 0);
  on.after(is_decided(on.state));
  pipes.end();
  CHECK(wait_for(actor) == 0);
}

}  // namespace

TEST_CASE("whoever is stopped is named within the limit, and then goes on",
          "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  process actor = start_stopped(on);
  on.meet_living(on.g, std::to_string(actor.pid()), "the actor");
  on.in_the_way.reset();
  actor.send(SIGCONT);
  CHECK(wait_for(actor) == 0);
  on.after(true);
}

TEST_CASE("whoever is killed is cleared away by the next, zombie or not",
          "[stop][crash][process]") {
  stage on(each_state());
  const bool reaped = GENERATE(false, true);
  CAPTURE(on.state, reaped);
  process actor = start_stopped(on);
  actor.send(SIGKILL);
  if (reaped) {
    CHECK(wait_for(actor) == -SIGKILL);
  } else {
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(actor.pid()), &info,
                     WEXITED | WNOWAIT) == 0);
  }
  on.after(is_decided(on.state));
}

TEST_CASE("a process may leave by _exit in any state", "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  process actor = start_process([&] {
    insert_and(on.g, on.state, [] { ::_exit(7); });
    return 0;
  });
  CHECK(wait_for(actor) == 7);
  on.after(is_decided(on.state));
}

TEST_CASE("a process may leave by _exit while a thread of it is in any state",
          "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  process actor = start_with_thread(on, [] { return 7; });
  CHECK(wait_for(actor) == 7);
  on.after(is_decided(on.state));
}

TEST_CASE("a thread may call exec in any state of its own", "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  exec_pipes pipes;
  process actor = start_process([&] {
    insert_and(on.g, on.state, [&] { pipes.become_cat(); });
    return 1;
  });
  check_after_exec(on, actor, pipes);
}

TEST_CASE("a thread may call exec while another one is in any state",
          "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  exec_pipes pipes;
  process actor = start_with_thread(on, [&]() -> int { pipes.become_cat(); });
  check_after_exec(on, actor, pipes);
}

TEST_CASE("a thread may cease to be in any state", "[stop][crash]") {
  stage on(each_state());
  CAPTURE(on.state);
  std::thread([&] {
    insert_and(on.g, on.state, [] { ::syscall(SYS_exit, 0); });
  }).join();
  on.after(is_decided(on.state));
}

TEST_CASE("pthread_exit before the commit gives the change up", "[stop]") {
  // After it, there is no place from which a thread may be unwound.
  stage on(GENERATE(lock_state::idle, lock_state::refilling,
                    lock_state::first_held, lock_state::waiting,
                    lock_state::both_held));
  CAPTURE(on.state);
  std::thread([&] {
    insert_and(on.g, on.state, [] { ::pthread_exit(nullptr); });
  }).join();
  on.after(false);
  // It has detached, as any thread that ends.
  CHECK(on.g.info().participants.size() == 1);
}
