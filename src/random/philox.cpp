// random/philox.cpp: Philox4x64-10 by Random123, whose macros stay in here.
#include <Random123/philox.h>

#include <telar/random.hpp>

namespace telar::random::detail {

block philox(const place& where) noexcept {
  const auto& [key, counter] = where;
  const r123::Philox4x64_R<10> generate;
  const auto made = generate({{counter[0], counter[1], counter[2], counter[3]}},
                             {{key[0], key[1]}});
  return {made[0], made[1], made[2], made[3]};
}

}  // namespace telar::random::detail
