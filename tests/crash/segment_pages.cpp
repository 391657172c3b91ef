// tests/crash/segment_pages.cpp: which pages, and what in them is a mutex.
#include "crash/segment_pages.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "graph/core.hpp"
#include "segment/superblock.hpp"

namespace telar::test {
namespace {

using detail::page;

// How far the graphs of the scenarios may grow.
constexpr std::uint32_t most_slots = 32;
constexpr std::uint64_t most_vertices = 2048;
constexpr std::uint64_t most_buckets = 1024;
constexpr std::uint64_t most_extents = 12;
constexpr std::uint32_t most_columns = 4;
constexpr std::uint64_t most_column_pages = 4;

/// Slots of those who take part in a scenario.
constexpr std::uint32_t busy_slots = 4;

/// The image's bytes, from a page's on.
template <typename T>
const T* at_page(const segment_pages::image& of, std::size_t number) {
  return reinterpret_cast<const T*>(&of.bytes[number * page]);
}

}  // namespace

segment_pages::segment_pages(const graph& g) : core_(detail::core::of(g)) {
  const detail::segment& memory = core_.memory;
  const detail::geometry& most = memory.geometry();
  constexpr std::uint64_t word = sizeof(detail::word64);
  add(&memory.clocks(), detail::clocks_offset, page, page);
  add(&memory.slot(0), detail::slots_offset, most_slots * sizeof(detail::slot),
      sizeof(detail::slot));
  add(memory.control()->address() + detail::snapshots_offset,
      detail::snapshots_offset, detail::snapshots_bytes,
      detail::snapshots_bytes);
  const auto add_data = [&](std::uint64_t offset, std::uint64_t most_items,
                            std::uint64_t item, std::uint64_t before = 0) {
    add(memory.at<std::byte>(offset), offset, before + most_items * item, item,
        before);
  };
  add_data(most.vertices, most_vertices, sizeof(detail::vertex_header));
  add_data(most.in_words, most_vertices, word);
  add_data(most.versions, most_vertices, word);
  add_data(most.key_refs, most_vertices, word);
  add_data(most.buckets, most_buckets, word, detail::bucket_array_offset);
  add_data(most.extent_owners, page / sizeof(detail::word32),
           sizeof(detail::word32));
  add_data(most.extents, most_extents, detail::extent_bytes);
  const std::uint64_t feed = detail::feed_bytes(memory.what());
  add(memory.at<std::byte>(most.changes), most.changes, feed, feed);
  if (memory.columns()) add_columns();

  is_watched_.resize(pages_.size());
  // What changes and changes back again: the clocks, slots, and vertices.
  watch(&memory.clocks());
  for (std::uint32_t i = 0; i < busy_slots; ++i) watch(&memory.slot(i));
  watch(memory.vertices());
  watch(&memory.extent_owner(0));
  if (memory.feeds()) watch(&memory.change(0));
  if (memory.columns()) watch(memory.columns());
}

void segment_pages::add_columns() {
  const detail::segment& memory = core_.memory;
  const detail::geometry& most = memory.geometry();
  directory_ = pages_.size();
  add(memory.columns(), most.columns, detail::directory_bytes,
      detail::directory_bytes);
  for (std::uint32_t i = 0; i < most_columns; ++i) {
    add(memory.cells(i), most.cells(i), most_column_pages * page, page);
    add(memory.text(i), most.text(i), most_column_pages * page, page);
  }
}

void segment_pages::add(const void* first, std::uint64_t offset,
                        std::uint64_t bytes, std::uint64_t item,
                        std::uint64_t before) {
  auto* begin = static_cast<std::byte*>(const_cast<void*>(first));
  regions_.push_back({pages_.size(), offset, item, before});
  for (std::uint64_t i = 0; i < bytes; i += page) {
    pages_.push_back(begin + i);
    region_of_.push_back(regions_.size() - 1);
  }
}

segment_pages::extents segment_pages::bounds_by(
    const detail::clocks& clocks,
    const detail::column_directory* columns) const {
  const detail::segment& memory = core_.memory;
  const std::uint64_t vertices = clocks.vertex_capacity.load();
  extents items{1,
                clocks.slot_capacity.load(),
                clocks.snapshot_capacity.load(),
                vertices,
                memory.bidirectional() ? vertices : 0,
                clocks.version_capacity.load(),
                memory.keyed() ? vertices : 0,
                clocks.bucket_count.load(),
                clocks.extent_capacity.load(),
                clocks.extent_capacity.load(),
                memory.feeds() ? std::uint64_t{1} : 0};
  if (columns) {
    items.push_back(1);
    for (std::uint32_t i = 0; i < most_columns; ++i) {
      const detail::column_entry& entry = columns->entries[i];
      items.push_back(detail::value_of(entry.cells.load()));
      items.push_back(detail::value_of(entry.text.load()));
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] == 0) continue;
    items[i] = regions_[i].before + items[i] * regions_[i].item;
  }
  return items;
}

segment_pages::extents segment_pages::bounds_now() const {
  return bounds_by(core_.memory.clocks(),
                   directory_ == 0 ? nullptr : core_.memory.columns());
}

segment_pages::extents segment_pages::bounds_of(const image& of) const {
  return bounds_by(*at_page<detail::clocks>(of, 0),
                   directory_ == 0
                       ? nullptr
                       : at_page<detail::column_directory>(of, directory_));
}

/// Whether a page is within the bounds, or was committed since.
bool segment_pages::is_there(std::size_t number, const extents& by,
                             const image& of) const {
  const region& owner = regions_[region_of_[number]];
  const std::uint64_t into = (number - owner.first) * page;
  if (into < by[region_of_[number]]) return true;
  const std::uint64_t at = owner.offset + into;
  bool there = false;
  for (const tracee::commitment& call : of.calls) {
    if (at >= call.offset && at < call.offset + call.bytes) {
      there = call.mode == 0;
    }
  }
  return there;
}

void segment_pages::watch(std::size_t number) {
  if (is_watched_[number]) return;
  is_watched_[number] = true;
  watched_.push_back(number);
}

void segment_pages::watch(const void* address) {
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (address >= pages_[i] && address < pages_[i] + page) watch(i);
  }
}

std::uint64_t segment_pages::committed() const {
  struct stat state {};
  if (::fstat(core_.memory.file(), &state) != 0) {
    throw std::system_error(errno, std::generic_category(), "fstat");
  }
  return static_cast<std::uint64_t>(state.st_blocks) * 512;
}

segment_pages::image segment_pages::take() const {
  image all{std::vector<std::byte>(pages_.size() * page), committed(), {}};
  const extents now = bounds_now();
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (is_there(i, now, all))
      std::memcpy(&all.bytes[i * page], pages_[i], page);
  }
  return all;
}

void segment_pages::put_back(const image& from) {
  const extents then = bounds_of(from);
  // What was written beyond them must not be found there.
  const bool other = bounds_now() != then || committed() != from.committed;
  if (other) recommit(from);
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const std::byte* old = &from.bytes[i * page];
    if (!is_there(i, then, from) || std::memcmp(pages_[i], old, page) == 0) {
      continue;
    }
    std::memcpy(pages_[i], old, page);
    watch(i);
  }
  // Not what a column has that is being dropped: it is of no use to anybody.
  if (other && directory_ == 0 && committed() != from.committed) {
    throw std::logic_error("a scenario commits what segment_pages cannot");
  }
}

/// Gives back what is beyond the bounds, but for what was committed already.
void segment_pages::recommit(const image& from) {
  const auto fallocate = [&](int mode, std::uint64_t begin,
                             std::uint64_t bytes) {
    if (bytes == 0) return;
    if (::fallocate(core_.memory.file(), mode, static_cast<off_t>(begin),
                    static_cast<off_t>(bytes)) != 0) {
      throw std::system_error(errno, std::generic_category(), "fallocate");
    }
  };
  const extents then = bounds_of(from);
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const std::size_t end =
        i + 1 < regions_.size() ? regions_[i + 1].first : pages_.size();
    const std::uint64_t whole = (end - regions_[i].first) * page;
    const std::uint64_t kept =
        std::min((then[i] + page - 1) / page * page, whole);
    fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              regions_[i].offset + kept, whole - kept);
  }
  for (const auto& call : from.calls) {
    fallocate(call.mode, call.offset, call.bytes);
  }
}

bool segment_pages::update(image& last) const {
  const extents now = bounds_now();
  const std::uint64_t before = last.committed;
  last.committed = committed();
  bool changed = last.committed != before;
  for (const std::size_t i : watched_) {
    std::byte* old = &last.bytes[i * page];
    if (!is_there(i, now, last) || std::memcmp(pages_[i], old, page) == 0)
      continue;
    std::memcpy(old, pages_[i], page);
    changed = true;
  }
  return changed;
}

bool segment_pages::changed_elsewhere(const image& last) {
  const std::size_t before = watched_.size();
  const extents now = bounds_now();
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (!is_watched_[i] && is_there(i, now, last) &&
        std::memcmp(pages_[i], &last.bytes[i * page], page) != 0) {
      watch(i);
    }
  }
  return watched_.size() != before;
}

std::vector<pthread_mutex_t*> segment_pages::mutexes() const {
  std::vector<pthread_mutex_t*> all{&core_.memory.clocks().attach_lock};
  const std::uint32_t slots =
      std::min(most_slots, core_.memory.clocks().slot_capacity.load());
  for (std::uint32_t i = 0; i < slots; ++i) {
    all.push_back(&core_.memory.slot(i).life);
  }
  if (directory_ != 0) all.push_back(&core_.memory.columns()->lock);
  return all;
}

std::uint64_t segment_pages::hash(const image& of) const {
  // Where the thread ids of the dead are, and the ids with which all have
  // signed, recoverers too, four bytes each.
  std::vector<const std::byte*> dead;
  for (const pthread_mutex_t* mutex : mutexes()) {
    const auto* slot = reinterpret_cast<const detail::slot*>(mutex);
    if (slot >= &core_.memory.slot(0) &&
        slot < &core_.memory.slot(most_slots)) {
      dead.push_back(reinterpret_cast<const std::byte*>(&slot->pid));
      dead.push_back(reinterpret_cast<const std::byte*>(&slot->thread));
    }
    if ((mutex->__data.__lock & FUTEX_OWNER_DIED) == 0) continue;
    dead.push_back(reinterpret_cast<const std::byte*>(&mutex->__data.__owner));
  }
  std::uint64_t sum = of.committed;
  for (const std::size_t i : watched_) {
    std::uint64_t words[page / 8];
    std::memcpy(words, &of.bytes[i * page], page);
    for (const std::byte* owner : dead) {
      if (owner < pages_[i] || owner >= pages_[i] + page) continue;
      std::memset(reinterpret_cast<std::byte*>(words) + (owner - pages_[i]), 0,
                  sizeof(int));
    }
    for (const std::uint64_t word : words) {
      sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
      sum ^= sum >> 29;
    }
  }
  return sum;
}

void segment_pages::hand_over(pid_t from, pid_t to) const {
  const auto old_id = static_cast<int>(from);
  for (pthread_mutex_t* mutex : mutexes()) {
    int& lock = mutex->__data.__lock;
    if ((lock & FUTEX_TID_MASK) != old_id) continue;
    lock = (lock & ~FUTEX_TID_MASK) | static_cast<int>(to);
    if (mutex->__data.__owner == old_id) mutex->__data.__owner = to;
  }
}

void segment_pages::protect(const tracee& of, int allowed) const {
  const detail::segment& memory = core_.memory;
  const detail::geometry& most = memory.geometry();
  of.protect(memory.control()->address(), detail::control_bytes, allowed);
  of.protect(memory.at<std::byte>(detail::control_bytes),
             most.reserve - detail::control_bytes, allowed);
  if (directory_ == 0) return;
  of.protect(memory.columns(), detail::directory_bytes, allowed);
  for (std::uint32_t i = 0; i < most_columns; ++i) {
    of.protect(memory.cells(i), most_column_pages * page, allowed);
    of.protect(memory.text(i), most_column_pages * page, allowed);
  }
}

void segment_pages::require_all() const {
  const detail::clocks& bounds = core_.memory.clocks();
  if (bounds.slot_capacity > most_slots ||
      bounds.vertex_capacity > most_vertices ||
      bounds.bucket_count > most_buckets ||
      bounds.extent_capacity > most_extents) {
    throw std::logic_error("a scenario outgrows segment_pages");
  }
}

}  // namespace telar::test
