// telar/options.hpp: where a graph lies, what it is, and how long to wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <telar/types.hpp>

namespace telar {

/// Where the memory of a graph is, and thereby who sees what is done to it.
enum class placement : std::uint32_t {
  shared,     ///< Named shared memory: every process that opens the name.
  file,       ///< A file: the same, and it outlives a clean reboot.
  anonymous,  ///< Shared by a fork family; there is nothing to clean up.
  isolated,   ///< Private: a forked child works on its own copy.
};

/// A placement, and the name or path it needs.
///
/// Text with a `/` is a path, text without is the name of a shared segment:
/// 1 to 200 of `A-Z a-z 0-9 . _ -`, not beginning with `.` or `-`.
class location {
 public:
  location(std::string_view name_or_path);  // NOLINT: implicit on purpose
  location(const char* name_or_path)
      : location(std::string_view(name_or_path)) {}
  location(const std::string& name_or_path)
      : location(std::string_view(name_or_path)) {}

  /// One of the nameless placements.
  location(telar::placement where);  // NOLINT: implicit on purpose

  [[nodiscard]] telar::placement placement() const noexcept { return where_; }
  /// The name or path as it was given; "(anonymous)", "(isolated)".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  telar::placement where_;
  std::string name_;
};

inline constexpr placement anonymous = placement::anonymous;
inline constexpr placement isolated = placement::isolated;

/// How long a call waits for a vertex that another participant holds.
struct wait_options {
  /// Per holder and per operation of the holder: a busy vertex that changes
  /// hands is not a stuck one.
  std::chrono::milliseconds limit{10'000};
  /// Ends a wait early: the call throws `errc::busy`.
  std::stop_token stop{};
};

/// What a graph is.  All but `wait` is written in the segment when it is made.
struct graph_options {
  graph_kind kind = graph_kind::undirected;
  payload_type payload{};
  parallel_edges parallel = parallel_edges::allow;
  key_kind keys = key_kind::none;
  /// Address space, in bytes: the size that the graph can grow to.  0: 256 GiB,
  /// halved until the system grants it.  At least 16 MiB.
  std::uint64_t reserve = 0;
  /// The most memory to commit, in bytes; 0: as much as the reserve holds.
  std::uint64_t limit = 0;
  /// Permissions of the segment or file, whatever the umask.
  std::uint32_t mode = 0600;
  /// How many changes the graph remembers, at least, for those who follow them
  /// (telar/changes.hpp); 0: it tells none, and changes cost nothing more.
  std::uint64_t changes = 0;
  wait_options wait{};
};

/// What a caller requires of a graph that it opens; absent: anything.
struct open_options {
  std::optional<graph_kind> kind{};
  std::optional<payload_type> payload{};
  std::optional<parallel_edges> parallel{};
  std::optional<key_kind> keys{};
  wait_options wait{};
};

/// Told by a long call, in its own thread and at most some hundred times, that
/// `done` of `of` parts of the work are done.  If it throws, the call ends with
/// that exception, and leaves nothing.
using progress_function =
    std::function<void(std::uint64_t done, std::uint64_t of)>;

/// How a copy is made.  `reserve` to `wait` mean what they mean in
/// `graph_options`; what the copy is, its original says.
struct clone_options {
  std::uint64_t reserve = 0;
  std::uint64_t limit = 0;
  std::uint32_t mode = 0600;
  wait_options wait{};
  progress_function progress{};
};

/// How a checkpoint is written.
struct checkpoint_options {
  std::uint32_t mode = 0600;  ///< Permissions of the file, whatever the umask.
  progress_function progress{};
};

[[nodiscard]] std::string_view to_string(graph_kind) noexcept;
[[nodiscard]] std::string_view to_string(parallel_edges) noexcept;
[[nodiscard]] std::string_view to_string(key_kind) noexcept;
[[nodiscard]] std::string_view to_string(placement) noexcept;
[[nodiscard]] std::string_view to_string(change_kind) noexcept;

}  // namespace telar
