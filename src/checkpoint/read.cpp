// Reading a checkpoint.
#include <cstring>

#include "adjacency/scan.hpp"
#include "checkpoint/file.hpp"
#include "error/raise.hpp"
#include "graph/uuid.hpp"

namespace telar {

checkpoint checkpoint::open(const std::string& path) {
  return checkpoint(std::make_shared<detail::checkpoint_file>(path));
}

checkpoint::checkpoint(std::shared_ptr<const detail::checkpoint_file> file)
    : file_(std::move(file)),
      out_(file_->lists(false)),
      in_(file_->lists(true)),
      vertices_(file_->header().vertices),
      payload_fingerprint_(detail::fingerprint(file_->payload())),
      kind_(static_cast<graph_kind>(file_->header().kind)),
      keys_(static_cast<key_kind>(file_->header().keys)) {}

const std::string& checkpoint::name() const noexcept { return file_->name(); }
parallel_edges checkpoint::parallel() const noexcept {
  return static_cast<parallel_edges>(file_->header().parallel);
}
const payload_type& checkpoint::payload() const noexcept {
  return file_->payload();
}
std::uint64_t checkpoint::edge_count() const noexcept {
  return file_->header().edges;
}
std::uint32_t checkpoint::epoch() const noexcept {
  return file_->header().epoch;
}
std::string checkpoint::uuid() const {
  return detail::uuid_text(file_->header().uuid);
}
std::uint64_t checkpoint::created() const noexcept {
  return file_->header().created;
}
std::uint64_t checkpoint::removed_count() const noexcept {
  return file_->header().removed;
}
std::uint64_t checkpoint::file_bytes() const noexcept {
  return file_->header().file_bytes;
}

std::optional<edge> checkpoint::find_edge(vertex_id source,
                                          vertex_id target) const {
  const auto here = neighbors(source);
  (void)checked(target);
  std::optional<std::span<const vertex_id>> there;
  if (kind_ != graph_kind::directed) {
    there = kind_ == graph_kind::undirected ? neighbors(target)
                                            : in_neighbors(target);
  }
  return detail::first_edge(source, target, here, there);
}

bool checkpoint::is_removed(vertex_id v) const {
  return file_->is_removed(checked(v));
}

namespace {

void require_keys(const checkpoint& from, key_kind wanted) {
  if (from.keys() == wanted) return;
  detail::raise(errc::bad_argument,
                from.name() + " has " + std::string(to_string(from.keys())) +
                    " keys, not " + std::string(to_string(wanted)) + ".");
}

}  // namespace

std::string_view checkpoint::key(vertex_id v) const {
  require_keys(*this, key_kind::string);
  return file_->key(checked(v));
}
std::uint64_t checkpoint::key_number(vertex_id v) const {
  require_keys(*this, key_kind::u64);
  std::uint64_t number = 0;
  std::memcpy(&number, file_->key(checked(v)).data(), sizeof number);
  return number;
}
std::optional<vertex_id> checkpoint::find(std::string_view key) const {
  require_keys(*this, key_kind::string);
  return file_->find(key);
}
std::optional<vertex_id> checkpoint::find(std::uint64_t key) const {
  require_keys(*this, key_kind::u64);
  return file_->find({reinterpret_cast<const char*>(&key), sizeof key});
}

void checkpoint::fail_range(vertex_id v) const {
  file_->fail("the adjacency of vertex " + std::to_string(v) +
              " is not where it says.");
}
void checkpoint::fail_vertex(vertex_id v) const {
  detail::raise(errc::bad_argument, name() + " has no vertex " +
                                        std::to_string(v) + ": they are 0 to " +
                                        std::to_string(vertices_) +
                                        ", exclusive.");
}
void checkpoint::fail_in_edges() const {
  detail::raise(errc::bad_argument,
                name() + " is " + std::string(to_string(kind_)) +
                    ": only a bidirectional graph knows in-edges.");
}
void checkpoint::fail_edge(const edge& e) const {
  detail::raise(errc::bad_argument,
                name() + ": vertex " + std::to_string(e.source) +
                    " has no entry " + std::to_string(e.position) + ".");
}
void checkpoint::fail_payload(const payload_type& wanted) const {
  detail::raise(errc::bad_argument,
                name() + ": its edges carry " + payload().name + " (" +
                    std::to_string(payload().size) + " bytes), not " +
                    wanted.name + " (" + std::to_string(wanted.size) + ").");
}

}  // namespace telar
