// error/raise.hpp: throwing `telar::error`, out of line so that hot code stays
// small.
#pragma once

#include <string>

#include <telar/error.hpp>

namespace telar::detail {

[[noreturn, gnu::cold]] void raise(errc code, const std::string& message);

/// Throws `errc::system`: `what`, and what the system says of `errnum`.
[[noreturn, gnu::cold]] void raise_system(int errnum, const std::string& what);

}  // namespace telar::detail
