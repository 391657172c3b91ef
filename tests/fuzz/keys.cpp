// tests/fuzz/keys.cpp: lists of keys, as `telar import --vertices` takes them.
#include "fuzz/imported.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  telar::fuzz::import_text({reinterpret_cast<const char*>(data) + 1, size - 1},
                           telar::fuzz::reading_of(data[0]), true);
  return 0;
}
