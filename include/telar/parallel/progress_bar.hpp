// telar/parallel/progress_bar.hpp: progress for people who look at a terminal.
#pragma once

#include <string>

#include <telar/parallel/options.hpp>

namespace telar::parallel {

/// A line on stderr: bar, done, total, rate, time left; the call's end ends it.
/// Nothing at all where stderr is no terminal.
///
///   executor pool({.progress = progress_bar("squares")});
class progress_bar {
 public:
  explicit progress_bar(std::string title = "");

  void operator()(const progress& how_far) const;

  /// The line, `width` characters at most.
  [[nodiscard]] static std::string line(const std::string& title,
                                        const progress& how_far,
                                        std::size_t width);

 private:
  std::string title_;
};

}  // namespace telar::parallel
