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
/// Of a call whose results somebody waits for one by one.
constexpr std::uint64_t largest_prompt_batch = 16;
/// Inputs taken ahead for each worker when their number is not known.
constexpr std::uint64_t ahead = 256;

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
    return;
  }
  const std::uint64_t fitting =
      largest_bytes /
      std::max<std::uint64_t>(1, what.in_bytes + what.out_bytes);
  const std::uint64_t largest =
      clamped(fitting, what.prompt ? largest_prompt_batch : largest_batch);
  most_ =
      clamped(std::min(total_.value_or(window_), window_) / share_, largest);
}

std::uint32_t pace::next(std::uint64_t taken) const {
  if (fixed_) return most_;
  if (!total_) return clamped(taken / share_, most_);
  const std::uint64_t left = *total_ > taken ? *total_ - taken : 1;
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
