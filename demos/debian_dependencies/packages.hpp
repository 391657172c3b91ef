// demos/debian_dependencies/packages.hpp: Debian's package index, as text.
//
// The rule by which it becomes a graph.  Every stanza is a vertex, keyed by its
// `Package`.  `Pre-Depends` and `Depends` are split at `,` and then at `|`; a
// name ends at a space, `(`, `[` or `<` and is cut at `:`.  Each name gives an
// edge package -> name; names without a stanza are vertices too.
#pragma once

#include <algorithm>
#include <boost/interprocess/mapped_region.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// Stanzas, separated by blank lines, in memory that forked children share.
class package_index {
 public:
  /// What `apt-cache dumpavail` prints, in a file that is only memory; where
  /// apt has no lists, the small set of installed packages.
  /// Throws std::runtime_error.
  [[nodiscard]] static package_index of_this_machine();

  /// The stanzas of a file.
  [[nodiscard]] static package_index of_file(const std::string& path);

  [[nodiscard]] std::string_view text() const noexcept;
  /// Where the text is from, in words.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

  /// The text cut at blank lines into `count` slices of nearly equal length.
  [[nodiscard]] std::vector<std::string_view> slices(unsigned count) const;

 private:
  package_index(const std::string& path, std::string source);

  boost::interprocess::mapped_region memory_;
  std::string source_;
};

/// The value of a field, which may go on over lines that begin with a space.
/// Empty if the stanza has none.
[[nodiscard]] std::string_view field(std::string_view stanza,
                                     std::string_view name);

/// The name that a dependency such as " libc6:any (>= 2.36)" begins with.
[[nodiscard]] std::string_view package_name(std::string_view dependency);

/// Cuts `text` at each `separator` and calls `use` with the pieces.
template <typename Use>
void split(std::string_view text, std::string_view separator, const Use& use) {
  for (;;) {
    const auto end = text.find(separator);
    use(text.substr(0, end));
    if (end == text.npos) return;
    text.remove_prefix(end + separator.size());
  }
}

/// Calls `use(package, stanza)` for every stanza.
template <typename Use>
void for_each_package(std::string_view text, const Use& use) {
  split(text, "\n\n", [&](std::string_view stanza) {
    const auto package = package_name(field(stanza, "Package"));
    if (!package.empty()) use(package, stanza);
  });
}

/// Calls `use(name)` for everything that a stanza depends on.
template <typename Use>
void for_each_dependency(std::string_view stanza, const Use& use) {
  for (const auto* kind : {"Pre-Depends", "Depends"}) {
    split(field(stanza, kind), ",", [&](std::string_view alternatives) {
      split(alternatives, "|", [&](std::string_view dependency) {
        const auto name = package_name(dependency);
        if (!name.empty()) use(name);
      });
    });
  }
}

}  // namespace demo
