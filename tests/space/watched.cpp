// tests/space/watched.cpp: the child, and the page by which it says how far it
// has come.
#include "space/watched.hpp"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>

#include "support/process.hpp"

namespace telar::test {
namespace {

namespace fs = std::filesystem;

struct board {
  char trial[200];
  char problem[4000];
  std::size_t tried;
};

/// What a child that died, or hung, had made.
void remove_files_of(pid_t pid) {
  const std::string mark = "-" + std::to_string(pid) + "-";
  const std::string hidden = ".telar.new." + std::to_string(pid) + ".";
  for (const auto& entry : fs::directory_iterator("/dev/shm")) {
    const std::string name = entry.path().filename();
    if (name.find(mark) != std::string::npos || name.starts_with(hidden)) {
      fs::remove(entry.path());
    }
  }
}

int run(board& said, const std::function<std::size_t(const note&)>& body) {
  // Files, too: on a disk each trial would wait for its journal.
  ::setenv("TMPDIR", "/dev/shm", 1);
  try {
    said.tried = body([&](const std::string& trial) {
      std::snprintf(said.trial, sizeof said.trial, "%s", trial.c_str());
    });
    return 0;
  } catch (const std::exception& wrong) {
    std::snprintf(said.problem, sizeof said.problem, "%s", wrong.what());
    return 1;
  }
}

std::string outcome_of(process& child, const board& said) {
  try {
    const int code = wait_for(child);
    if (code == 0) return "";
    return code < 0 ? "signal " + std::to_string(-code) : said.problem;
  } catch (const std::runtime_error& hung) {
    return hung.what();
  }
}

}  // namespace

std::string problem_in_child(
    const std::string& name, std::size_t& tried,
    const std::function<std::size_t(const note&)>& body) {
  void* shared = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& said = *static_cast<board*>(shared);
  process child = start_process([&] { return run(said, body); });
  const pid_t pid = child.pid();
  std::string problem = outcome_of(child, said);
  if (!problem.empty()) {
    remove_files_of(pid);
    problem = name + ", " + said.trial + ": " + problem;
  }
  tried += said.tried;
  ::munmap(shared, sizeof(board));
  return problem;
}

}  // namespace telar::test
