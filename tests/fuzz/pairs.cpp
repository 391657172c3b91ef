// tests/fuzz/pairs.cpp: edges in CSV, quoted or not, with or without a header.
#include "fuzz/imported.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using telar::cli::separator;
  if (size == 0) return 0;
  auto how = telar::fuzz::reading_of(data[0]);
  how.between = how.skip_bad ? separator::tab : separator::comma;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1,
                              size - 1};
  try {
    (void)telar::cli::begins_with_number(text.substr(0, text.find('\n')),
                                         how.between);
  } catch (const telar::cli::malformed_line&) {
  }
  telar::fuzz::import_text(text, how, false);
  return 0;
}
