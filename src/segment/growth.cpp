// Committing memory: first from the system, then by raising a bound.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "error/raise.hpp"
#include "segment/commit_ahead.hpp"
#include "segment/segment.hpp"
#include "segment/superblock.hpp"

namespace telar::detail {
namespace {

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

}  // namespace

void segment::commit(std::uint64_t offset, std::uint64_t bytes) {
  // Private pages come when they are touched; there is no one to ask.
  if (placement() == placement::isolated || bytes == 0) return;
  const std::uint64_t end = page_up(offset + bytes);
  std::uint64_t begin = offset / page * page;
  require_file_size(end);
  std::uint64_t piece = end - begin;
  while (begin != end) {
    piece = std::min(piece, end - begin);
    // Not posix_fallocate: where the file system cannot reserve, glibc would
    // write into pages that others are using.
    if (::fallocate(file_.get(), 0, static_cast<off_t>(begin),
                    static_cast<off_t>(piece)) == 0) {
      begin += piece;
    } else if (errno == EINTR) {
      // What was done of it is undone: beside a timer that is faster than the
      // whole, only less of it ever comes to its end.
      piece = std::max(page, piece / 2 / page * page);
    } else {
      fail_commit(errno);
    }
  }
}

/// A file that outgrew the limit would be a SIGXFSZ.  Up to the reserve, it has
/// its size since it was made.
void segment::require_file_size(std::uint64_t end) const {
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  if (end <= geometry_.reserve || end <= most.rlim_cur) return;
  raise(errc::no_space,
        name_ +
            " cannot have a column there: the limit on file sizes is too "
            "low.  Raise it (ulimit -f), or make the graph with a smaller "
            "reserve.");
}

void segment::fail_commit(int errnum) const {
  if (errnum != ENOSPC && errnum != EDQUOT) {
    raise_system(errnum, name_ + " cannot grow: fallocate");
  }
  const bool file = placement() == placement::file;
  raise(errc::no_space,
        name_ + " cannot grow beyond " + mebibytes(committed_bytes()) + ": " +
            (file ? "its file system is full, or over a quota.  Make room "
                    "there, or raise the quota."
                  : "/dev/shm is full.  Enlarge it (mount -o "
                    "remount,size=…; in a container: --shm-size), or place "
                    "the graph in a file: a name with a '/'."));
}

void segment::require_limit(std::uint64_t more) const {
  if (what_.limit != 0 && committed_bytes() + more > what_.limit) {
    raise(errc::no_space,
          name_ + " has reached its limit of " + std::to_string(what_.limit) +
              " bytes, set when it was created.  Create it with a "
              "larger one (telar create --limit), or none.");
  }
}

void segment::fail_reserve(const std::string& what) const {
  raise(errc::no_space, name_ + " has used up its reserve: " + what +
                            " are all that " + mebibytes(what_.reserve) +
                            " of address space hold.  Create it with a larger "
                            "reserve.");
}

void segment::grow_vertices(std::uint64_t count) {
  word64& bound = clocks_->vertex_capacity;
  const std::uint64_t now = bound.load(std::memory_order_acquire);
  if (count <= now) return;
  if (count > geometry_.max_vertices) {
    fail_reserve(std::to_string(geometry_.max_vertices) + " vertices");
  }
  // 512 eight-byte entries fill a page.
  const auto whole_pages = [&](std::uint64_t vertices) {
    return std::min((vertices + 511) / 512 * 512, geometry_.max_vertices);
  };
  const std::uint64_t each =
      sizeof(vertex_header) + (bidirectional() ? 8 : 0) + (keyed() ? 8 : 0);
  commit_ahead(whole_pages(std::max(count, now + now / 8)), whole_pages(count),
               [&](std::uint64_t wanted) {
                 const std::uint64_t added = wanted - now;
                 require_limit(added * each);
                 commit(geometry_.vertices + now * sizeof(vertex_header),
                        added * sizeof(vertex_header));
                 if (bidirectional())
                   commit(geometry_.in_words + now * 8, added * 8);
                 if (keyed()) commit(geometry_.key_refs + now * 8, added * 8);
                 raise_to(bound, wanted);
               });
}

void segment::grow_buckets(std::uint64_t count) {
  word64& bound = clocks_->bucket_count;
  const std::uint64_t now = bound.load(std::memory_order_acquire);
  const std::uint64_t wanted =
      std::min(std::bit_ceil(count), geometry_.max_buckets);
  if (wanted <= now) return;
  const auto bytes = [](std::uint64_t buckets) {
    return page_up(bucket_array_offset + buckets * sizeof(word64));
  };
  require_limit(bytes(wanted) - bytes(now));
  commit(geometry_.buckets, bucket_array_offset + wanted * sizeof(word64));
  raise_to(bound, wanted);
}

void segment::grow_extents(std::uint64_t count) {
  word64& bound = clocks_->extent_capacity;
  const std::uint64_t now = bound.load(std::memory_order_acquire);
  if (count <= now) return;
  if (count > geometry_.max_extents) {
    fail_reserve(std::to_string(geometry_.max_extents * extent_bytes >> 20) +
                 " MiB of edges and keys");
  }
  // An eighth ahead, 16 MiB at most.
  const std::uint64_t ahead =
      std::min(std::max(count, now + std::min<std::uint64_t>(now / 8, 256)),
               geometry_.max_extents);
  commit_ahead(ahead, count, [&](std::uint64_t wanted) {
    require_limit((wanted - now) * extent_bytes +
                  page_up(wanted * sizeof(word32)) -
                  page_up(now * sizeof(word32)));
    commit(geometry_.extent_owners + now * sizeof(word32),
           (wanted - now) * sizeof(word32));
    commit(geometry_.extents + now * extent_bytes,
           (wanted - now) * extent_bytes);
    raise_to(bound, wanted);
  });
}

void segment::grow_versions() {
  word64& bound = clocks_->version_capacity;
  const std::uint64_t now = bound.load(std::memory_order_acquire);
  const std::uint64_t wanted =
      clocks_->vertex_capacity.load(std::memory_order_acquire);
  if (wanted <= now) return;
  require_limit((wanted - now) * sizeof(word64));
  commit(geometry_.versions + now * sizeof(word64),
         (wanted - now) * sizeof(word64));
  raise_to(bound, wanted);
}

void segment::commit_snapshots() {
  require_limit(snapshots_bytes);
  commit(snapshots_offset, snapshots_bytes);
}

/// All of it, when the graph is made: who tells of a change waits for nothing.
void segment::commit_feed() {
  require_limit(0);  // It is counted already.
  commit(geometry_.changes, feed_bytes(what_));
}

void segment::commit_slots(std::uint32_t count) {
  const std::uint64_t now =
      clocks_->slot_capacity.load(std::memory_order_relaxed);
  require_limit((count - now) * sizeof(detail::slot));
  commit(slots_offset, std::uint64_t{count} * sizeof(detail::slot));
}

std::uint64_t segment::committed_bytes() const noexcept {
  return clocks_ ? graph_bytes() + column_bytes() : 0;
}

/// Without columns.
std::uint64_t segment::graph_bytes() const noexcept {
  const auto read = [](const word64& bound) {
    return bound.load(std::memory_order_relaxed);
  };
  const std::uint64_t vertices = read(clocks_->vertex_capacity);
  const std::uint64_t extents = read(clocks_->extent_capacity);
  const std::uint64_t slots =
      clocks_->slot_capacity.load(std::memory_order_relaxed);
  std::uint64_t sum = slots_offset + slots * sizeof(detail::slot);
  sum += page_up(vertices * sizeof(vertex_header)) +
         page_up(read(clocks_->version_capacity) * sizeof(word64));
  if (clocks_->snapshot_capacity.load(std::memory_order_relaxed) != 0) {
    sum += snapshots_bytes;
  }
  if (bidirectional()) sum += page_up(vertices * 8);
  sum += page_up(feed_bytes(what_));
  if (keyed()) {
    sum += page_up(vertices * 8) +
           page_up(bucket_array_offset + read(clocks_->bucket_count) * 8);
  }
  return sum + extents * extent_bytes + page_up(extents * sizeof(word32));
}

void segment::populate(std::uint64_t offset,
                       std::uint64_t bytes) const noexcept {
  if (bytes == 0) return;
  const std::uint64_t begin = offset / page * page;
  constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, Linux 5.14
  ::madvise(origin_ + begin, page_up(offset + bytes) - begin, populate_write);
}

void segment::populate_all() const noexcept {
  const auto read = [](const word64& bound) {
    return bound.load(std::memory_order_acquire);
  };
  const std::uint64_t vertices = read(clocks_->vertex_capacity);
  populate(geometry_.vertices, vertices * sizeof(vertex_header));
  if (bidirectional()) populate(geometry_.in_words, vertices * 8);
  populate(geometry_.versions, read(clocks_->version_capacity) * 8);
  if (keyed()) {
    populate(geometry_.key_refs, vertices * 8);
    populate(geometry_.buckets,
             bucket_array_offset + read(clocks_->bucket_count) * 8);
  }
  populate(geometry_.changes, feed_bytes(what_));
  const std::uint64_t extents = read(clocks_->extent_capacity);
  populate(geometry_.extent_owners, extents * sizeof(word32));
  populate(geometry_.extents, extents * extent_bytes);
}

}  // namespace telar::detail
