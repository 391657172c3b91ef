// The words of the error codes, and the translation of `errno`.
#include "error/raise.hpp"

#include <cstring>

namespace telar {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::not_found:
      return "not_found";
    case errc::exists:
      return "exists";
    case errc::busy:
      return "busy";
    case errc::timed_out:
      return "timed_out";
    case errc::corrupt:
      return "corrupt";
    case errc::incompatible:
      return "incompatible";
    case errc::no_space:
      return "no_space";
    case errc::bad_argument:
      return "bad_argument";
    case errc::system:
      return "system";
    case errc::task_failed:
      return "task_failed";
  }
  return "unknown";
}

namespace detail {

void raise(errc code, const std::string& message) {
  throw error(code, message);
}

void raise_system(int errnum, const std::string& what) {
  char text[128];
  throw error(errc::system,
              what + ": " + ::strerror_r(errnum, text, sizeof text));
}

}  // namespace detail
}  // namespace telar
