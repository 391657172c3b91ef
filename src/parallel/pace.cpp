// The sizes of batches and windows, and progress reports.
#include "parallel/pace.hpp"

#include <algorithm>
#include <limits>

#include "parallel/futex.hpp"

namespace telar::parallel::detail {
namespace {

constexpr std::uint64_t largest_batch = 1024;
constexpr std::uint64_t largest_grain = 65'536;
/// Inputs and results of a batch, in bytes, where they are large.
constexpr std::uint64_t largest_bytes = std::uint64_t{1} << 20;
/// Grains of a batch, where it can be split: as many as are taken from a range
/// before somebody looks whether it takes its time.
constexpr std::uint64_t most_grains = 16;
/// Of a call whose results somebody waits for one by one.
constexpr std::uint64_t largest_prompt_batch = 16;
/// Inputs taken ahead for each worker when their number is not known.
constexpr std::uint64_t ahead = 256;

/// Whether processes can have several grains at once and give some back: nobody
/// sees a difference, but for the time it takes.
bool can_split(const options& how, const call& what) {
  const bool apart =
      how.backend == backend::processes || how.backend == backend::workers;
  return apart && what.total && what.plain && !what.prompt && !how.window &&
         !how.time_limit && !how.progress;
}

std::uint32_t clamped(std::uint64_t tasks, std::uint64_t most) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(tasks, 1, most));
}

}  // namespace

pace::pace(const options& how, const call& what, unsigned workers)
    : total_(what.total), share_(std::uint64_t{8} * workers) {
  const bool forever = !how.window && total_;
  window_ = forever      ? std::numeric_limits<std::uint64_t>::max()
            : how.window ? static_cast<std::uint64_t>(*how.window)
                         : ahead * workers;
  if (how.grain) {
    fixed_ = true;
    most_ = clamped(static_cast<std::uint64_t>(*how.grain),
                    std::min(window_, largest_grain));
  }
  const std::uint64_t fitting =
      largest_bytes /
      std::max<std::uint64_t>(1, what.in_bytes + what.out_bytes);
  if (how.grain) {
    if (can_split(how, what)) split(std::min(fitting, largest_batch));
    return;
  }
  const std::uint64_t largest =
      clamped(fitting, what.prompt ? largest_prompt_batch : largest_batch);
  most_ =
      clamped(std::min(total_.value_or(window_), window_) / share_, largest);
}

/// Makes batches of several grains, `most` tasks at most.
void pace::split(std::uint64_t most) {
  const std::uint64_t grains =
      std::min({most_grains, most / most_, *total_ / share_ / most_});
  if (grains < 2) return;
  step_ = most_;
  most_ *= static_cast<std::uint32_t>(grains);
}

std::uint32_t pace::next(std::uint64_t taken) const {
  if (fixed_ && step_ == 0) return most_;
  if (!total_) return clamped(taken / share_, most_);
  const std::uint64_t left = *total_ > taken ? *total_ - taken : 1;
  if (fixed_) return step_ * clamped(left / share_ / step_, most_ / step_);
  return clamped(left / share_, most_);
}

progress_reporter::progress_reporter(const options& how,
                                     std::optional<std::uint64_t> total)
    : how_(how), total_(total), begun_(now()), last_(begun_) {}

std::uint64_t progress_reporter::due_in() const {
  if (!how_.progress) return 0;
  const auto interval = static_cast<std::uint64_t>(
      std::chrono::nanoseconds(how_.progress_interval).count());
  const std::uint64_t passed = now() - last_;
  return passed < interval ? interval - passed : 1;
}

void progress_reporter::report(std::uint64_t done, bool last) {
  if (!how_.progress || (!last && due_in() > 1)) return;
  last_ = now();
  const double seconds = static_cast<double>(last_ - begun_) / 1e9;
  progress state;
  state.done = done;
  state.total = total_;
  state.ended = last;
  if (seconds > 0) state.per_second = static_cast<double>(done) / seconds;
  if (total_ && state.per_second > 0) {
    const std::uint64_t left = *total_ > done ? *total_ - done : 0;
    state.remaining = std::chrono::duration<double>(static_cast<double>(left) /
                                                    state.per_second);
  }
  how_.progress(state);
}

}  // namespace telar::parallel::detail
