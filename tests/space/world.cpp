// tests/space/world.cpp: a world in words.
#include <cstring>
#include <stdexcept>

#include <telar/checkpoint.hpp>

#include "participant/life_lock.hpp"
#include "space/trial.hpp"
#include "support/problems.hpp"

namespace telar::test {
namespace {

void describe(const graph& g, vertex_id v, std::string& text) {
  const auto list = [&](const char* word, std::span<const vertex_id> targets,
                        const std::byte* payloads) {
    if (targets.empty()) return;
    text += "; " + std::to_string(v) + word;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      text += ' ' + std::to_string(targets[i]);
      std::uint64_t payload = 0;
      if (g.payload().size < sizeof payload) continue;
      std::memcpy(&payload, payloads + i * g.payload().size, sizeof payload);
      text += '=' + std::to_string(payload);
    }
  };
  // Payloads lie behind the targets that a block has room for.
  const auto behind = [](std::span<const vertex_id> targets) {
    return reinterpret_cast<const std::byte*>(
        targets.data() + detail::capacity_of(targets.size()));
  };
  const auto out = g.neighbors(v);
  list(" to", out, behind(out));
  if (g.kind() != graph_kind::bidirectional) return;
  const auto in = g.in_neighbors(v);
  list(" from", in, behind(in));
}

std::string view_of(const graph& g) {
  std::string text = std::to_string(g.vertex_count()) + " vertices, " +
                     std::to_string(g.edge_count()) + " edges";
  for (std::uint64_t i = 0; i < g.vertex_count(); ++i) {
    const auto v = static_cast<vertex_id>(i);
    if (g.keys() == key_kind::string) text += "; " + std::string(g.key(v));
    describe(g, v, text);
  }
  g.refresh();
  return text;
}

}  // namespace

world::~world() {
  for (pthread_mutex_t* mutex : occupied) detail::life_lock::release(*mutex);
}

std::string view_of(const world& w) {
  std::string text;
  if (location(w.where).placement() <= placement::file &&
      std::filesystem::exists(w.where.path())) {
    text += "it has its name; ";
  }
  if (w.viewer || w.g) text += view_of(w.viewer ? *w.viewer : *w.g);
  if (w.table) text += '\n' + w.table->text(20, 0);
  if (w.saved) {
    const auto then = checkpoint::open(w.saved->text());
    then.verify();
    text += "; saved with " + std::to_string(then.vertex_count()) + " vertices";
  }
  return text;
}

void require_sound(const world& w) {
  if (w.table) {
    const check_report report = w.table->check();
    if (!report.ok()) throw std::runtime_error(report.problems.front());
  }
  if (!w.viewer && !w.g) return;
  const std::string found = problems(w.viewer ? *w.viewer : *w.g);
  if (!found.empty()) throw std::runtime_error(found);
}

}  // namespace telar::test
