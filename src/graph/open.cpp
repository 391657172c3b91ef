// Making, opening and removing graphs.
#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

template <typename T>
std::string word_of(const T& value) {
  if constexpr (std::is_same_v<T, payload_type>) {
    return value.name + " of " + std::to_string(value.size) + " bytes";
  } else {
    return std::string(to_string(value));
  }
}

template <typename T>
void require(const std::string& name, const char* what, const T& is,
             const std::optional<T>& expected) {
  if (!expected || *expected == is) return;
  detail::raise(errc::incompatible, name + ": its " + what + " is " +
                                        word_of(is) + ", not " +
                                        word_of(*expected) + ".");
}

}  // namespace

graph::graph(std::shared_ptr<detail::core> core)
    : core_(std::move(core)), reader_(core_->reader()) {}

graph::graph(graph&&) noexcept = default;
graph& graph::operator=(graph&&) noexcept = default;
graph::~graph() = default;

graph graph::create(const location& where, const graph_options& options) {
  auto memory = detail::segment::create(where, options);
  detail::participants::initialise(*memory);
  graph made(std::make_shared<detail::core>(std::move(memory), options.wait));
  // Last: once it has its name, nothing can fail that would leave it there.
  made.core_->memory.publish(where);
  return made;
}

graph graph::open(const location& where, const open_options& expected) {
  if (where.placement() > placement::file) {
    detail::raise(errc::bad_argument,
                  "a graph without a name cannot be opened: it reaches other "
                  "processes by fork.");
  }
  graph opened(std::make_shared<detail::core>(
      detail::segment::open(where, expected.wait.limit), expected.wait));
  require(opened.name(), "kind", opened.kind(), expected.kind);
  require(opened.name(), "edge payload", opened.payload(), expected.payload);
  require(opened.name(), "rule for parallel edges", opened.parallel(),
          expected.parallel);
  require(opened.name(), "sort of keys", opened.keys(), expected.keys);
  detail::segment& memory = opened.core_->memory;
  if (memory.is_of_another_boot()) {
    // Whoever used it is gone, and its locks say nothing.
    detail::drop_all_snapshots(memory);
    opened.core_->who.revive();
    memory.adopt();
  }
  (void)opened.core_->sweep();
  memory.require_whole();
  return opened;
}

graph graph::open_or_create(const location& where,
                            const graph_options& options) {
  const open_options expected{options.kind, options.payload, options.parallel,
                              options.keys, options.wait};
  // Others may create and remove it between our two looks.
  constexpr int tries = 100;
  for (int i = 0; where.placement() <= placement::file && i < tries; ++i) {
    try {
      return open(where, expected);
    } catch (const error& absent) {
      if (absent.code() != errc::not_found) throw;
    }
    try {
      return create(where, options);
    } catch (const error& present) {
      if (present.code() != errc::exists) throw;
    }
  }
  return create(where, options);
}

bool graph::remove(const location& where) {
  if (where.placement() > placement::file) {
    detail::raise(errc::bad_argument,
                  "a graph without a name is removed with "
                  "its last handle.");
  }
  return detail::remove_name(where);
}

const std::string& graph::name() const noexcept { return core_->memory.name(); }
placement graph::placement() const noexcept {
  return core_->memory.placement();
}
parallel_edges graph::parallel() const noexcept {
  return static_cast<parallel_edges>(core_->memory.what().parallel);
}
key_kind graph::keys() const noexcept {
  return static_cast<key_kind>(core_->memory.what().keys);
}
const payload_type& graph::payload() const noexcept {
  return core_->payload_of_edges;
}
void graph::set_wait(wait_options wait) { core_->wait = std::move(wait); }

}  // namespace telar
