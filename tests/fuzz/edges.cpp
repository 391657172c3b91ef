// tests/fuzz/edges.cpp: edge lists, in the forms that SNAP and others use.
#include "fuzz/imported.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  auto how = telar::fuzz::reading_of(data[0]);
  if (how.between == telar::cli::separator::comma) {
    how.between = telar::cli::separator::any;
  }
  telar::fuzz::import_text({reinterpret_cast<const char*>(data) + 1, size - 1},
                           how, false);
  return 0;
}
