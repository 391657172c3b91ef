// tests/crash/segment_pages.cpp: which pages, and what in them is a mutex.
#include "crash/segment_pages.hpp"

#include <linux/futex.h>

#include <cstring>
#include <stdexcept>

#include "graph/core.hpp"

namespace telar::test {
namespace {

using detail::page;

// How far the graphs of the scenarios may grow.
constexpr std::uint32_t most_slots = 32;
constexpr std::uint64_t most_vertices = 2048;
constexpr std::uint64_t most_buckets = 1024;
constexpr std::uint64_t most_extents = 8;

/// Slots of those who take part in a scenario.
constexpr std::uint32_t busy_slots = 4;

}  // namespace

segment_pages::segment_pages(const graph& g) : core_(detail::core::of(g)) {
  const detail::segment& memory = core_.memory;
  const detail::geometry& most = memory.geometry();
  add(&memory.clocks(), page);
  add(&memory.slot(0), most_slots * sizeof(detail::slot));
  add(memory.vertices(), most_vertices * sizeof(detail::vertex_header));
  if (memory.bidirectional()) {
    add(memory.in_words(), most_vertices * sizeof(detail::word64));
  }
  if (memory.keyed()) {
    add(&memory.key_ref(0), most_vertices * sizeof(detail::word64));
    add(memory.at<std::byte>(most.buckets),
        detail::bucket_array_offset + most_buckets * sizeof(detail::word64));
  }
  add(&memory.extent_owner(0), page);
  add(memory.at<std::byte>(most.extents), most_extents * detail::extent_bytes);

  is_watched_.resize(pages_.size());
  // What changes and changes back again: the clocks, slots, and vertices.
  watch(&memory.clocks());
  for (std::uint32_t i = 0; i < busy_slots; ++i) watch(&memory.slot(i));
  watch(memory.vertices());
  watch(&memory.extent_owner(0));
}

void segment_pages::add(const void* first, std::size_t bytes) {
  auto* begin = static_cast<std::byte*>(const_cast<void*>(first));
  for (std::size_t i = 0; i < bytes; i += page) pages_.push_back(begin + i);
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

segment_pages::image segment_pages::take() const {
  image all(pages_.size() * page);
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    std::memcpy(&all[i * page], pages_[i], page);
  }
  return all;
}

void segment_pages::put_back(const image& from) {
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (std::memcmp(pages_[i], &from[i * page], page) == 0) continue;
    std::memcpy(pages_[i], &from[i * page], page);
    watch(i);
  }
}

bool segment_pages::update(image& last) const {
  bool changed = false;
  for (const std::size_t i : watched_) {
    if (std::memcmp(pages_[i], &last[i * page], page) == 0) continue;
    std::memcpy(&last[i * page], pages_[i], page);
    changed = true;
  }
  return changed;
}

bool segment_pages::changed_elsewhere(const image& last) {
  const std::size_t before = watched_.size();
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (!is_watched_[i] && std::memcmp(pages_[i], &last[i * page], page) != 0) {
      watch(i);
    }
  }
  return watched_.size() != before;
}

std::vector<pthread_mutex_t*> segment_pages::mutexes() const {
  std::vector<pthread_mutex_t*> all{&core_.memory.clocks().attach_lock};
  for (std::uint32_t i = 0; i < most_slots; ++i) {
    all.push_back(&core_.memory.slot(i).life);
  }
  return all;
}

std::uint64_t segment_pages::hash(const image& of) const {
  // Where the thread and process ids of the dead are, four bytes each.
  std::vector<const std::byte*> dead;
  for (const pthread_mutex_t* mutex : mutexes()) {
    if ((mutex->__data.__lock & FUTEX_OWNER_DIED) == 0) continue;
    dead.push_back(reinterpret_cast<const std::byte*>(&mutex->__data.__owner));
    if (mutex == &core_.memory.clocks().attach_lock) continue;
    dead.push_back(reinterpret_cast<const std::byte*>(
        &reinterpret_cast<const detail::slot*>(mutex)->pid));
  }
  std::uint64_t sum = 0;
  for (const std::size_t i : watched_) {
    std::uint64_t words[page / 8];
    std::memcpy(words, &of[i * page], page);
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

void segment_pages::allow_writes(const tracee& of, bool allowed) const {
  const detail::segment& memory = core_.memory;
  of.allow_writes(memory.control()->address(), detail::control_bytes, allowed);
  of.allow_writes(memory.at<std::byte>(detail::control_bytes),
                  memory.geometry().reserve - detail::control_bytes, allowed);
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
