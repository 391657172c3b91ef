// cli/exit_status.cpp: error codes to exit codes.
#include "cli/exit_status.hpp"

namespace telar::cli {

exit_status status_of(errc code) noexcept {
  switch (code) {
    case errc::not_found:
      return exit_status::not_found;
    case errc::exists:
      return exit_status::exists;
    case errc::busy:
    case errc::timed_out:
      return exit_status::busy;
    case errc::corrupt:
    case errc::incompatible:
      return exit_status::corrupt;
    case errc::no_space:
      return exit_status::no_space;
    case errc::bad_argument:
      return exit_status::usage;
    case errc::system:
    case errc::task_failed:
    case errc::expired:
      return exit_status::failure;
  }
  return exit_status::failure;
}

}  // namespace telar::cli
