// A fork while another thread is in any state of a change.
#include <sys/prctl.h>
#include <unistd.h>

#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "chaos/stage.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// A thread of this process that stops in the stage's state.
class stopped_thread {
 public:
  explicit stopped_thread(stage& on) : on_(on), thread_([this] { work(); }) {
    await(on.sign->reached);
  }
  ~stopped_thread() {
    on_.in_the_way.reset();
    on_.sign->go_on = true;
    thread_.join();
  }

 private:
  void work() {
    ::prctl(PR_SET_NAME, "the actor");
    insert_and(on_.g, on_.state, [&] { on_.sign->stop_here(); });
  }
  stage& on_;
  std::thread thread_;
};

lock_state each_state() { return GENERATE(values(all_lock_states)); }

}  // namespace

TEST_CASE(
    "a child of a shared graph waits for its parent's thread as others do",
    "[stop][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  {
    const std::string parent = std::to_string(::getpid());
    stopped_thread actor(on);
    process child = start_process([&] {
      on.meet_living(on.g, parent, "the actor");
      on.sign->told = true;
      await(on.sign->go_on);
      require(on.g.add_edge(0, 8).added, "it is still refused");
      return 0;
    });
    await(on.sign->told);
    on.in_the_way.reset();
    on.sign->go_on = true;
    CHECK(wait_for(child) == 0);
  }
  on.after(true);
}

TEST_CASE("a child's end leaves alone what its parent's thread holds",
          "[stop][crash][process]") {
  stage on(each_state());
  CAPTURE(on.state);
  {
    stopped_thread actor(on);
    process child = start_process([&] {
      require(on.g.add_edge(6, 7).added, "it is not its own participant");
      return 0;
    });
    CHECK(wait_for(child) == 0);
    on.meet_living(on.g, std::to_string(::getpid()), "the actor");
  }
  on.after(true);
}

TEST_CASE(
    "a child's copy of an isolated graph is whole, whoever wrote meanwhile",
    "[stop][process]") {
  stage on(each_state(), isolated);
  CAPTURE(on.state);
  {
    stopped_thread actor(on);
    process child = start_process([&] {
      const std::uint32_t before = on.g.degree(0);
      require(on.g.degree(1) == before, "the edge is torn");
      require(before == (is_decided(on.state) ? 1 : 0), "the edge is wrong");
      require(on.g.add_edge(0, 1).added, "0 or 1 is held");
      require(on.g.add_edge(1, 5).added, "1 is held");
      require(problems(on.g).empty(), problems(on.g).c_str());
      return 0;
    });
    CHECK(wait_for(child) == 0);
  }
  CHECK(on.g.degree(0) == 1);
  on.after(true);
}
