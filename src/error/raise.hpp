// error/raise.hpp: throwing `telar::error`, out of line so that hot code stays
// small.
#pragma once

#include <string>

#include <telar/error.hpp>

namespace telar::detail {

[[noreturn, gnu::cold]] void raise(errc code, const std::string& message);

/// Throws `errc::system`, or `no_space` if that is what `errnum` means: `what`,
/// the system's words for it, and what can be done.
[[noreturn, gnu::cold]] void raise_system(int errnum, const std::string& what);

}  // namespace telar::detail
