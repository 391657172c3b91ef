// Process ids that are not what they seem.
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include <catch2/catch.hpp>

#include "chaos/stage.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

lock_state each_state() { return GENERATE(values(all_lock_states)); }

/// Runs `body` as process 1 of a namespace of its own, and kills it there when
/// `killed` is set.  For a child: returns its exit code.
int run_as_first(const std::function<int()>& body,
                 const std::atomic<bool>* killed = nullptr) {
  if (::unshare(CLONE_NEWPID) != 0) return skipped;
  process first = start_process([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    require(::getpid() == 1, "it has another id");
    return body();
  });
  if (killed) {
    await(*killed);
    first.send(SIGKILL);
  }
  return first.wait() == (killed ? -SIGKILL : 0) ? 0 : 1;
}

void require_namespaces() {
  process child = start_process([] { return run_as_first([] { return 0; }); });
  if (wait_for(child) == skipped) skip("no permission for pid namespaces");
}

}  // namespace

TEST_CASE("equal thread ids of two namespaces are told apart, dead and alive",
          "[stop][crash][process]") {
  require_namespaces();
  stage on(each_state());
  CAPTURE(on.state);
  const shared_signs neighbour;
  process actor = start_process([&] {
    return run_as_first(
        [&] {
          ::prctl(PR_SET_NAME, "the actor");
          insert_and(on.g, on.state, [&] { on.sign->stop_here(); });
          return 0;
        },
        &on.sign->told);
  });
  await(on.sign->reached);
  process other = start_process([&] {
    return run_as_first([&] {
      on.meet_living(on.g, "1", "the actor");
      neighbour->reached = true;
      await(neighbour->go_on);
      require(on.g.add_edge(0, 9).added, "0 is still held");
      return 0;
    });
  });
  await(neighbour->reached);
  on.sign->told = true;
  CHECK(wait_for(actor) == 0);
  neighbour->go_on = true;
  CHECK(wait_for(other) == 0);
  on.after(is_decided(on.state));
}
