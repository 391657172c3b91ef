// Attaching, detaching, opening and closing beside somebody who stays in any
// state of a change.
#include <sys/prctl.h>
#include <unistd.h>

#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "chaos/stage.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

lock_state each_state() { return GENERATE(values(all_lock_states)); }

/// Threads and handles that come, work and go.
void come_and_go(graph& g, const location& where) {
  for (int i = 0; i < 5; ++i) {
    std::thread([&] { g.add_edge(6, 7); }).join();
    graph own = graph::open(where);
    own.add_edge(7, 8);
    std::thread([&] { own.add_edge(8, 9); }).join();
  }
}

}  // namespace

TEST_CASE("others come and go while somebody stays in any state",
          "[stop][process]") {
  const segment_name name("come_and_go");
  stage on(each_state(), name);
  CAPTURE(on.state);
  process actor = start_process([&] {
    std::thread other(
        [&] { insert_and(on.g, on.state, [&] { on.sign->stop_here(); }); });
    await(on.sign->reached);
    come_and_go(on.g, name);  // in its own process …
    on.sign->told = true;
    other.join();
    return 0;
  });
  await(on.sign->told);
  come_and_go(on.g, name);  // … and in another
  on.in_the_way.reset();
  on.sign->go_on = true;
  CHECK(wait_for(actor) == 0);
  CHECK(on.g.degree(7) == 20);
  on.after(true);
}

TEST_CASE("two handles of one process are to each other as two processes",
          "[stop]") {
  const segment_name name("two_handles");
  stage on(each_state(), name);
  CAPTURE(on.state);
  graph other = graph::open(name);
  std::thread actor([&] {
    ::prctl(PR_SET_NAME, "the actor");
    insert_and(on.g, on.state, [&] {
      // The same thread under the other handle is another participant.
      other.add_edge(8, 9);
      on.sign->stop_here();
    });
  });
  await(on.sign->reached);
  on.meet_living(other, std::to_string(::getpid()), "the actor");
  on.in_the_way.reset();
  on.sign->go_on = true;
  actor.join();
  CHECK(other.add_edge(0, 5).added);
  CHECK(problems(other) == "");
  on.after(true);
}

TEST_CASE("a handle may be closed while another one's thread is in any state",
          "[stop]") {
  const segment_name name("closed_handle");
  stage on(each_state(), name);
  CAPTURE(on.state);
  std::optional<graph> other(graph::open(name));
  other->add_edge(8, 9);
  std::thread actor([&] {
    other->add_edge(8, 9);
    insert_and(on.g, on.state, [&] { on.sign->stop_here(); });
  });
  await(on.sign->reached);
  other.reset();
  on.in_the_way.reset();
  on.sign->go_on = true;
  actor.join();
  CHECK(on.g.degree(8) == 2);
  on.after(true);
}
