// Copying a frozen graph into a new one.
#include "graph/copy.hpp"

#include <utility>

#include "error/raise.hpp"
#include "graph/core.hpp"
#include "graph/frozen_snapshot.hpp"
#include "graph/payload_pairs.hpp"

namespace telar {
namespace detail {
namespace {

class copier {
 public:
  copier(frozen& from, core& to, const progress_function& progress)
      : from_(from),
        to_(to),
        progress_(progress),
        by_(to.memory, to.who, to.space, to.wait) {}

  void run() {
    for (std::uint64_t i = 0; i < from_.vertices; ++i) {
      if (to_.memory.keyed()) add_key(static_cast<vertex_id>(i));
      if (i % tell_each() == 0) tell(i);
    }
    payload_pairs pairs(from_.what);
    std::uint64_t entries = 0;
    for (std::uint64_t i = 0; i < from_.vertices; ++i) {
      const auto v = static_cast<vertex_id>(i);
      for (std::uint32_t list = 0; list < from_.lists(); ++list) {
        const whole_list all = from_.list(v, list);
        by_.place(v, list, all);
        pairs.add(v, list, all);
        if (list == 0) entries += all.targets.size();
      }
      if (!to_.memory.keyed() && from_.is_removed(v)) remove(v, nullptr, 0);
      if (i % tell_each() == 0) tell(from_.vertices + i);
    }
    const bool twice = from_.what.kind == graph_kind::undirected;
    if (entries != 0) by_.count_edges(twice ? entries / 2 : entries);
    if (!pairs.agree()) make_payloads_agree(to_);
    tell(2 * from_.vertices);
  }

 private:
  [[nodiscard]] std::uint64_t tell_each() const {
    return from_.vertices / 50 + 1;
  }
  void tell(std::uint64_t done) const {
    if (progress_) progress_(done, 2 * from_.vertices);
  }

  /// In the order of the ids: the next key gets the next number.
  void add_key(vertex_id v) {
    const vertex_id made = to_.keys.get_or_add(from_.key_bytes(v));
    if (made != v) {
      raise(errc::corrupt, "vertices " + std::to_string(made) + " and " +
                               std::to_string(v) + " have the same key.");
    }
    if (!from_.is_removed(v)) return;
    std::uint64_t removed = 0;
    word64& word = to_.keys.removal_word(v, removed);
    remove(v, &word, removed);
  }

  void remove(vertex_id v, word64* key, std::uint64_t removed) {
    (void)by_.mark(v, key, removed);
    by_.complete(v);
  }

  frozen& from_;
  core& to_;
  const progress_function& progress_;
  placer by_;
};

}  // namespace

graph copy(frozen& from, const location& where, const clone_options& how,
           const std::function<void(const graph&)>& before_name) {
  graph_options options = from.what;
  options.reserve = how.reserve;
  options.limit = how.limit;
  options.mode = how.mode;
  options.wait = how.wait;
  auto memory = segment::create(where, options);
  participants::initialise(*memory);
  const auto made = std::make_shared<core>(std::move(memory), options.wait);
  graph handle = core::handle_to(made);
  if (!made->memory.keyed() && from.vertices != 0) {
    handle.add_vertices(from.vertices);
  }
  copier(from, *made, how.progress).run();
  if (before_name) before_name(handle);
  // Last: once it has its name, nothing can fail that would leave it there.
  made->memory.publish(where);
  return handle;
}

}  // namespace detail

graph snapshot::clone(const location& where, const clone_options& how) const {
  detail::frozen_snapshot from(*this);
  return detail::copy(from, where, how);
}

graph graph::clone(const location& where, const clone_options& how) const {
  return snapshot().clone(where, how);
}

}  // namespace telar
