// A holder that dumps core.  Until the file is written it is not dead yet, so
// the graph must not be in it.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <catch2/catch.hpp>

#include "chaos/stage.hpp"
#include "support/segment_name.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE("a holder's core dump neither holds others up nor holds the graph",
          "[stop][crash][process]") {
  stage on(GENERATE(values(all_lock_states)));
  CAPTURE(on.state);
  constexpr std::uint64_t committed = 64 << 20;
  on.g.reserve(0, committed / 18);
  REQUIRE(on.g.info().bytes_committed >= committed);
  const temporary_folder folder("core");
  process actor = start_process([&] {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_CORE, &all) != 0) return skipped;
    require(::chdir(folder.path().c_str()) == 0, "no folder");
    on.g.populate();
    insert_and(on.g, on.state, [] { ::raise(SIGSEGV); });
    return 0;
  });
  const int code = wait_for(actor);
  if (code == skipped) skip("no permission for core dumps");
  CHECK(code == -SIGSEGV);
  // Where the system writes it elsewhere, there is nothing to see.
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    CHECK(file.file_size() < committed / 2);
  }
  on.after(is_decided(on.state));
}
