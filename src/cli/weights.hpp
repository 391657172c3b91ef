// cli/weights.hpp: from the weight type that a graph was made with to the type
// that this program computes with.
#pragma once

#include <string>
#include <type_traits>

#include <telar/graph.hpp>

#include "cli/exit_status.hpp"
#include "cli/output.hpp"

namespace telar::cli {

/// No weight.
struct unweighted {};

/// Calls `visit(T{})`, T being `unweighted`, `float` or `double`: what the
/// edges of `g` carry.  Throws `failure` (corrupt or incompatible) for anything else,
/// as programs in C++ may choose it.
template <typename Visit>
decltype(auto) visit_weight(const graph& g, Visit&& visit) {
  if (g.payload() == payload_type::of<void>()) return visit(unweighted{});
  if (g.payload() == payload_type::of<float>()) return visit(float{});
  if (g.payload() == payload_type::of<double>()) return visit(double{});
  throw failure(exit_status::corrupt,
                g.name() + ": its edges carry " + g.payload().name +
                    ", and this command knows none, f32 and f64 only");
}

/// A weight; of a type that this program does not know, its bytes in a string.
[[nodiscard]] json weight_as_json(const payload_type& type,
                                  const std::byte* bytes);

}  // namespace telar::cli
