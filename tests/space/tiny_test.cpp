// File systems of every size, page by page, until all fits in.  Each test works
// in a child that mounts them over /dev/shm for itself alone.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "space/squeeze.hpp"
#include "space/watched.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

bool have_mounts_of_our_own() {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void require_mounts() {
  process child =
      start_process([] { return have_mounts_of_our_own() ? 0 : 1; });
  if (wait_for(child) != 0) skip("no permission to mount a file system");
}

void mount_pages(std::size_t pages, unsigned long flags) {
  const std::string size = "size=" + std::to_string(pages * detail::page);
  require(::mount("tiny", "/dev/shm", "tmpfs", flags, size.c_str()) == 0,
          "mount");
}

constexpr std::size_t enough = 4096;
constexpr char ballast[] = "/dev/shm/ballast";

/// A file system of these pages, less one that is taken: without that, there
/// would be none that is quite full.
void mount_narrow(std::size_t pages) {
  mount_pages(pages + 1, 0);
  const int fd = ::open(ballast, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  require(fd >= 0 && ::fallocate(fd, 0, 0, detail::page) == 0, "ballast");
  ::close(fd);
}

/// Returns how many sizes were tried.
std::size_t try_sizes(const script& s, const note& tell) {
  require(have_mounts_of_our_own(), "unshare");
  mount_pages(enough, 0);
  const auto views = views_of(s);
  std::size_t last = 0;
  for (std::size_t pages = 0;; ++pages) {
    tell(std::to_string(pages) + " pages");
    const std::size_t done =
        squeeze(s, views,
                {.narrow = [&] { mount_narrow(pages); },
                 .wide = [&] { mount_pages(enough, MS_REMOUNT); }});
    ::unlink(ballast);
    require(std::filesystem::is_empty("/dev/shm"), "something was left");
    // Busy, if anything in it is still open or mapped.
    require(::umount("/dev/shm") == 0, "it is still in use");
    require(done >= last, "there was more room, but less was made");
    last = done;
    if (done == s.steps.size()) return pages;
  }
}

}  // namespace

TEST_CASE(
    "in a file system of any size, the step for which there is no room is "
    "refused and changes nothing",
    "[space][full][process][error]") {
  require_mounts();
  const auto where =
      GENERATE(placement::shared, placement::file, placement::anonymous);
  for (const script& s : scripts_for(where)) {
    std::size_t sizes = 0;
    CHECK(problem_in_child(
              s.name + ", " + std::string(to_string(where)), sizes,
              [&](const note& tell) { return try_sizes(s, tell); }) == "");
    CHECK(sizes > 30);
    std::printf("%s, %s: %zu sizes\n", s.name.c_str(), to_string(where).data(),
                sizes);
  }
}
