// tests/crash/trial.hpp: kills the participant of a scenario at every
// instruction of its call, and looks what the next ones make of it.
//
//   victim    makes the call, and is killed in it
//   heir      makes the next call; in `kill_twice` it is killed in that, too, and
//             in `kill_awaited` and `pause` it makes it meanwhile
//   survivor  this process: makes the next call, then checks everything
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crash/scenario.hpp"
#include "crash/segment_pages.hpp"
#include "crash/tracee.hpp"

namespace telar::test {

/// What came of a trial.  Lies in memory that outlives it, should it hang.
struct tally {
  std::uint64_t instructions = 0;  ///< Of the victim's call.
  std::uint64_t kills = 0;         ///< After which somebody went on.
  std::uint64_t states = 0;        ///< Distinct ones that the victim left.
  std::uint64_t violations = 0;
  char at[256] = {};      ///< What was being tried last.
  char first[2048] = {};  ///< Violation, in words.
};

/// How long what hangs may hang, and how much is tried.
struct patience {
  std::chrono::milliseconds wait{3'000};  ///< For a vertex.
  unsigned hang_seconds = 30;             ///< Longer than anything takes.
  /// Beyond, only those count that change something.
  std::uint64_t each_instruction = 5'000;
  bool first_only = false;  ///< Whether to throw at the first violation.
};

struct first_violation {};

/// Use one in a process of its own: it is pinned to a CPU, killed by SIGALRM if
/// something hangs, and after a violation in no state to be used further.
class trial {
 public:
  trial(const scenario& what, tally& result, patience how_long = {});
  ~trial();
  trial(const trial&) = delete;

  /// Kills the victim at each of the first instructions; later at those
  /// before which something has changed.
  void kill_once();
  /// Kills the victim wherever something has changed, and for each state that
  /// it leaves, the heir wherever that has changed something.
  void kill_twice();
  /// Kills the victim wherever something has changed, while the heir is on its
  /// way, and waits if it has to wait; then once more, and kills the heir, too.
  void kill_awaited();
  /// Holds the victim up before each of its first accesses to the segment
  /// until the heir has made its call, or waits for the victim.
  void pause();
  /// Whether killing a process leaves what killing its twin leaves.
  [[nodiscard]] bool twins_die_alike();

 private:
  using image = segment_pages::image;
  /// How an actor's call ended, said by itself: the acknowledgement.
  struct actor_log {
    std::atomic<bool> ended{false};
    char failure[256] = {};
  };
  struct shared_log {
    actor_log victim;
    actor_log heir;
    static shared_log* make();
  };

  /// Every instruction, or only those that write into the segment, or touch
  /// it: the actor is stopped before such a one, and after it.
  enum class pace { instructions, writes, accesses };

  /// An actor on its way through its call.
  struct walker {
    tracee actor;
    image now;  ///< The segment, as it is.
    actor_log* log;
    tracee::robust_state mutexes{};
    std::uint64_t instruction = 0;
    bool changed = true;  ///< Since the last stop.
    bool ended = false;   ///< The call has returned.
    bool before = true;   ///< Stopped before an instruction that is looked for.
  };
  struct death {
    image left;
    std::uint64_t instruction;
    bool acknowledged;
  };

  tracee start_actor(actor_log& log, const std::function<void()>& prepare,
                     const std::function<void()>& call);
  [[nodiscard]] actor_log& log_of(const tracee& actor) const;
  void foresee();
  void foresee_pause();
  void occupy_slots();
  bool occupy(std::uint32_t index);
  std::uint32_t take_part();
  void begin_reading();
  void begin_holding();
  void release_held();
  [[nodiscard]] bool held_is_awaited() const;
  [[nodiscard]] bool reads_the_same() const;

  template <typename Visit>
  void walk(const tracee& from, const image& begin, pace how, Visit visit);
  template <typename Visit>
  void walk_once(const tracee& from, const image& begin, pace how, Visit visit);
  void look(walker& w);
  void require_watched(const walker& here);
  void kill_twin(const walker& here);
  void strike(const walker& here);
  tracee begin_heir();
  void end_heir(tracee& heir, bool has_ended);
  /// Each thing that a death leaves behind.  By writes they are as many as by
  /// instructions, and found in a fraction of the time.
  std::vector<death> deaths(pace how);
  void kill_heirs_of(const death& first);

  /// Makes the survivor's call, and checks.  What is there after it.
  std::string go_on(bool sorted);
  void inspect_bounds();
  void inspect_locks();
  void inspect_place(const pthread_mutex_t& life);
  [[nodiscard]] std::string view(bool sorted) const;

  /// What the survivor sees after its call: which of `views_`, as {parts of the
  /// victim's, calls of the heir}.  Counts a violation if none of those allowed.
  std::pair<std::size_t, std::size_t> survive(bool acknowledged,
                                              std::size_t heirs_at_least,
                                              std::size_t heirs_at_most);
  void violate(const std::string& how);

  const scenario& what_;
  tally& result_;
  patience patience_;
  std::optional<graph> g_;
  shared_log* log_;
  std::optional<segment_pages> pages_;
  std::optional<tracee> victim_;
  std::optional<tracee> heir_;
  image base_;
  /// What there is to see after so many parts of the victim's call, and 0 or 1
  /// of the heir's.
  std::vector<std::array<std::string, 2>> views_;
  /// After both calls, in either order.
  std::set<std::string> pause_views_;
  std::vector<pthread_mutex_t*> occupied_;
  std::uint32_t holder_ = 0;  ///< Who holds `what_.held`: slot index + 1.
  /// What a reader has in its hands, and what was there when it took it.
  std::vector<std::pair<std::span<const vertex_id>, std::vector<vertex_id>>>
      read_;
  std::set<std::pair<std::uint64_t, bool>> seen_;
};

}  // namespace telar::test
