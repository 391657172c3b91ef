// tests/support/failure.hpp: how a call failed, as a value.
#pragma once

#include <ostream>
#include <string>

#include <telar/error.hpp>

namespace telar {

inline std::ostream& operator<<(std::ostream& out, errc code) {
  return out << to_string(code);
}

}  // namespace telar

namespace telar::test {

struct failure {
  errc code{};  ///< No enumerator: the call succeeded.
  std::string message;
};

/// The `telar::error` that the call throws.
template <typename Call>
failure failure_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const error& thrown) {
    return {thrown.code(), thrown.what()};
  }
  return {{}, "it did not fail"};
}

}  // namespace telar::test
