// checkpoint/replacement.hpp: a file that takes the place of an older one as a
// whole, or never exists.
//
// It is written without a name (O_TMPFILE); one who is killed leaves nothing
// then.  To replace a file, it must have a name of its own for the moment between
// linkat and rename: .telar.checkpoint.PID.NUMBER.  Its writer holds a flock of
// it, so whoever gets that lock knows that the writer is dead, and removes it.
#pragma once

#include <cstdint>
#include <string>

#include "segment/backing.hpp"

namespace telar::detail {

class replacement {
 public:
  /// Removes what killed writers left in that folder, and makes a new file.
  /// Throws `exists` if what is to be replaced is no checkpoint; `not_found`
  /// (the folder), `no_space`, `system`.
  replacement(std::string path, std::uint32_t mode);
  ~replacement();
  replacement(const replacement&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Writes all of these bytes.  Throws `no_space`, `system`.
  void write(const void* bytes, std::size_t size, std::uint64_t offset);

  /// Makes it durable, then gives it its name, then makes that durable.
  void publish();

 private:
  void make_nameless(std::uint32_t mode);
  [[nodiscard]] bool make_named();
  [[nodiscard]] bool link_as(const std::string& name);
  void sync_folder() const;
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  std::string folder_;
  std::string temporary_;  ///< The name that it has now, if any.
  descriptor file_;
};

}  // namespace telar::detail
