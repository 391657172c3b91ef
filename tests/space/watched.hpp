// tests/space/watched.hpp: long rows of trials in a child, of which a signal is
// found, too, with the trial that it struck in.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace telar::test {

/// Told of each trial before it begins.
using note = std::function<void(const std::string&)>;

/// Runs `body`, which returns how many trials it made, in a child that keeps
/// its files in /dev/shm.  What went wrong with which trial, or "".  Adds the
/// number of trials to `tried`.
[[nodiscard]] std::string problem_in_child(
    const std::string& name, std::size_t& tried,
    const std::function<std::size_t(const note&)>& body);

}  // namespace telar::test
