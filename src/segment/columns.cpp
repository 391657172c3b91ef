// The memory of columns: mapped when it is met, committed as it is needed,
// given back when a column is dropped.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "error/raise.hpp"
#include "segment/commit_ahead.hpp"
#include "segment/retry.hpp"
#include "segment/segment.hpp"

namespace telar::detail {
namespace {

std::uint64_t pages_of(const word64& bound) {
  return value_of(bound.load(std::memory_order_acquire));
}

std::uint64_t file_bytes(const descriptor& file, const std::string& name) {
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) {
    raise_system(errno, "cannot look at " + name);
  }
  return static_cast<std::uint64_t>(state.st_size);
}

}  // namespace

/// Maps a range of which the first `used` bytes are said to be committed: those
/// must be in the file, or looking at them would be a SIGBUS.
std::byte* segment::map_lazily(lazy_mapping& where, std::uint64_t offset,
                               std::uint64_t size, std::uint64_t used) const {
  if (std::byte* known = where.address()) return known;
  if (file_ && used != 0 &&
      (used > size || file_bytes(file_, name_) < offset + used)) {
    raise(errc::corrupt, name_ +
                             ": its columns were cut off, or its column "
                             "directory is damaged (C4).");
  }
  std::byte* mapped = where.map(file_, offset, size);
  if (!mapped && !is_too_large(errno)) {
    raise_system(errno, "cannot map a column of " + name_);
  }
  if (!mapped) {
    raise(errc::no_space,
          "cannot map the " + std::to_string(size >> 20) +
              " MiB of address space for a column of " + name_ +
              ".  Raise the limit on virtual memory (ulimit -v), or make the "
              "graph with a smaller reserve.");
  }
  return mapped;
}

column_directory* segment::columns() const {
  // Acquire: pairs with the release of whoever made it.
  if (clocks_->columns.load(std::memory_order_acquire) == 0) return nullptr;
  auto* all = reinterpret_cast<column_directory*>(map_lazily(
      directory_, geometry_.columns, directory_bytes, directory_bytes));
  if (all->format != column_format) {
    raise(errc::incompatible, name_ + " has columns of format " +
                                  std::to_string(all->format) +
                                  ", this build reads format " +
                                  std::to_string(column_format) + ".");
  }
  return all;
}

column_directory& segment::commit_columns() {
  require_limit(directory_bytes);
  commit(geometry_.columns, directory_bytes);
  return *reinterpret_cast<column_directory*>(
      map_lazily(directory_, geometry_.columns, directory_bytes, 0));
}

std::byte* segment::cells(unsigned column) const {
  return map_lazily(cells_[column], geometry_.cells(column),
                    geometry_.cells_bytes,
                    pages_of(columns()->entries[column].cells) * page);
}

std::byte* segment::text(unsigned column) const {
  return map_lazily(text_[column], geometry_.text(column), geometry_.text_bytes,
                    pages_of(columns()->entries[column].text) * page);
}

bool segment::grow_cells(unsigned column, std::uint32_t generation,
                         std::uint64_t pages) {
  return grow_pages(columns()->entries[column].cells, generation, pages,
                    geometry_.cells(column), geometry_.cells_bytes);
}

bool segment::grow_text(unsigned column, std::uint32_t generation,
                        std::uint64_t pages) {
  return grow_pages(columns()->entries[column].text, generation, pages,
                    geometry_.text(column), geometry_.text_bytes);
}

bool segment::grow_pages(word64& bound, std::uint32_t generation,
                         std::uint64_t pages, std::uint64_t offset,
                         std::uint64_t size) {
  std::uint64_t seen = bound.load(std::memory_order_acquire);
  const std::uint64_t now = value_of(seen);
  if (generation_of(seen) != generation) return false;
  // First, so that no damage to the bound leads beyond what is mapped.
  if (pages > size / page) {
    fail_reserve(std::to_string(size >> 20) + " MiB of a column");
  }
  if (pages <= now) return true;
  commit_ahead(std::min(std::max(pages, now + now / 8), size / page), pages,
               [&](std::uint64_t wanted) {
                 require_limit((wanted - now) * page);
                 commit(offset + now * page, (wanted - now) * page);
                 // Release: pairs with whoever uses the cells.  A CAS, since the
                 // column may have been dropped meanwhile.
                 const std::uint64_t raised = pack_column(
                     generation, static_cast<std::uint32_t>(wanted));
                 while (generation_of(seen) == generation && seen < raised &&
                        !bound.compare_exchange_weak(
                            seen, raised, std::memory_order_release,
                            std::memory_order_acquire)) {
                 }
               });
  return generation_of(seen) == generation;
}

void segment::release_column(unsigned column) {
  release_range(cells_[column], geometry_.cells(column), geometry_.cells_bytes);
  release_range(text_[column], geometry_.text(column), geometry_.text_bytes);
}

void segment::release_range(const lazy_mapping& where, std::uint64_t offset,
                            std::uint64_t size) {
  if (!file_) {
    if (std::byte* begin = where.address()) {
      ::madvise(begin, size, MADV_DONTNEED);
    }
    return;
  }
  const int result = uninterrupted([&] {
    return ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                       static_cast<off_t>(offset), static_cast<off_t>(size));
  });
  if (result != 0) {
    raise_system(errno, "cannot give back the memory of a column of " + name_);
  }
}

std::uint64_t segment::column_bytes() const noexcept {
  if (!clocks_ || clocks_->columns.load(std::memory_order_acquire) == 0) {
    return 0;
  }
  std::uint64_t sum = directory_bytes;
  try {
    for (const column_entry& entry : columns()->entries) {
      sum += (pages_of(entry.cells) + pages_of(entry.text)) * page;
    }
  } catch (const std::exception&) {
    // It cannot be mapped: whoever needs it will be told.
  }
  return sum;
}

}  // namespace telar::detail
