// Shared segments that nobody uses any more: found and removed without opening
// them, so that looking changes nothing.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <telar/doctor.hpp>
#include <telar/error.hpp>

#include "segment/backing.hpp"
#include "segment/superblock.hpp"

namespace telar {
namespace {

using detail::descriptor;
using detail::tenure;

/// /dev/shm/telar.1.NAME, even if that is no name for a graph.
std::string path_of(const std::string& name) {
  std::string path = detail::path_of(location("x"));
  path.pop_back();
  return path + name;
}

/// Not `open_existing`: no right to write is needed to look, nor trust.
descriptor open_to_look(const std::string& name) {
  return descriptor(::open(path_of(name).c_str(),
                           O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

template <typename T>
bool read(const descriptor& file, std::uint64_t offset, T& into) {
  return ::pread(file.get(), &into, sizeof into, static_cast<off_t>(offset)) ==
         static_cast<ssize_t>(sizeof into);
}

bool is_graph(const descriptor& file, const std::string& name) try {
  struct stat state {};
  detail::superblock what;
  if (::fstat(file.get(), &state) != 0 || !S_ISREG(state.st_mode) ||
      !read(file, 0, what)) {
    return false;
  }
  detail::validate(what, static_cast<std::uint64_t>(state.st_size), name);
  return true;
} catch (const telar::error&) {
  return false;
}

/// Those who were killed while they used it, by what their slots say; none if
/// these cannot be read.
std::optional<std::vector<std::uint32_t>> killed_in(const descriptor& file) {
  std::vector<std::uint32_t> pids;
  std::uint32_t slots = 0;
  if (!read(file,
            detail::clocks_offset + offsetof(detail::clocks, slot_capacity),
            slots)) {
    return std::nullopt;
  }
  for (std::uint64_t i = 0; i < std::min(slots, detail::max_slots); ++i) {
    const std::uint64_t slot = detail::slots_offset + i * sizeof(detail::slot);
    std::uint32_t attached = 0;
    std::uint32_t pid = 0;
    if (!read(file, slot + offsetof(detail::slot, attached), attached) ||
        !read(file, slot + offsetof(detail::slot, pid), pid)) {
      return std::nullopt;
    }
    if (attached != detail::attached_no) pids.push_back(pid);
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

/// Has it alone on return, if its state is `killed` or `idle`.
leftover look_at(const descriptor& file, const std::string& name) {
  leftover found;
  found.name = name;
  found.is = leftover::state::none;
  struct stat state {};
  if (!file || ::fstat(file.get(), &state) != 0) return found;
  found.bytes = static_cast<std::uint64_t>(state.st_blocks) * 512;
  if (!is_graph(file, name)) return found;
  if (!detail::hold(file, tenure::alone, {})) {
    found.is = leftover::state::in_use;
    return found;
  }
  auto killed = killed_in(file);
  if (!killed) return found;
  found.killed = std::move(*killed);
  found.is =
      found.killed.empty() ? leftover::state::idle : leftover::state::killed;
  return found;
}

/// Whether the name still leads to this file.
bool is_named(const descriptor& file, const std::string& name) {
  struct stat here {};
  struct stat there {};
  return ::fstat(file.get(), &here) == 0 &&
         ::lstat(path_of(name).c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

}  // namespace

std::vector<leftover> leftovers() {
  const std::filesystem::path beginning = path_of("");
  const std::string prefix = beginning.filename().string();
  std::vector<leftover> all;
  for (const auto& file :
       std::filesystem::directory_iterator(beginning.parent_path())) {
    std::string name = file.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    name = name.substr(prefix.size());
    const descriptor opened = open_to_look(name);
    // Gone since the folder was read.
    if (!opened && errno == ENOENT) continue;
    all.push_back(look_at(opened, name));
  }
  std::ranges::sort(all, {}, &leftover::name);
  return all;
}

bool remove_leftover(const std::string& name, leftover::state expected) {
  if (expected != leftover::state::killed &&
      expected != leftover::state::idle) {
    return false;
  }
  const descriptor file = open_to_look(name);
  // From here on nobody can open it: who tries waits, and finds it gone.
  return look_at(file, name).is == expected && is_named(file, name) &&
         ::unlink(path_of(name).c_str()) == 0;
}

}  // namespace telar
