// tests/support/tiny.hpp: a file system that is soon full.
#pragma once

#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <functional>

#include <catch2/catch.hpp>

#include "support/process.hpp"
#include "support/skip.hpp"

namespace telar::test {

/// Runs `body` in a child that sees a tmpfs of this size at `folder`.
inline void run_in_tiny(const std::filesystem::path& folder, const char* size,
                        const std::function<void()>& body) {
  process child = start_process([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tiny", folder.c_str(), "tmpfs", 0, size) != 0) {
      return skipped;
    }
    body();
    return 0;
  });
  const int code = wait_for(child);
  if (code == skipped) skip("no permission to mount a file system");
  CHECK(code == 0);
}

}  // namespace telar::test
