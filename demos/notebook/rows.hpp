// demos/notebook/rows.hpp: the rows of the notebook, and what they share.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace notebook {

void reused_pool();       // N1, N2   loop.cpp
void random_vectors();    // N3, N4   vectors.cpp
void own_generators();    // N5       streams.cpp
void which_backend();     // N6       squares.cpp
void squares();           // N7
void mapped_column();     // N8       column.cpp
void connected_graphs();  // N9, N10  graphs.cpp

/// Begins a row.
inline void heading(const char* row, const char* what) {
  fmt::print("\n{:<4}{}\n", row, what);
}

/// Ends the program unless a value is what the notebook says.
template <typename Value>
void require(const char* what, const Value& found, const Value& expected) {
  if (found != expected) {
    throw std::runtime_error(
        fmt::format("{}: {}, and not {}", what, found, expected));
  }
}

}  // namespace notebook
