// graph/copy.hpp: a new graph that is what a frozen one is.
#pragma once

#include <functional>

#include <telar/graph.hpp>

#include "graph/frozen.hpp"

namespace telar::detail {

/// Builds it without a name, and names it last: killed or refused inside,
/// nothing is left.  `before_name`: what else it is to have then.
/// Throws as `graph::create`; `corrupt` if two vertices have one key.
[[nodiscard]] graph copy(
    frozen& from, const location& where, const clone_options& how,
    const std::function<void(const graph&)>& before_name = {});

}  // namespace telar::detail
