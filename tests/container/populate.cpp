#include <parallel_task/container/populate.hpp>

#include "terminal/every.hpp"

#include <cstring>
#include <memory>

TEST_CASE("populating memory changes nothing in it, whatever its size and place") {
  std::size_t const huge = parallel_task::detail::huge_page;
  for (std::size_t bytes : {std::size_t{1}, huge - 1, huge, 3 * huge + 17}) {
    auto const memory = std::make_unique<unsigned char[]>(bytes + 2);
    std::memset(memory.get(), 0xA5, bytes + 2);
    parallel_task::detail::Populate(memory.get() + 1, bytes).run({});
    bool same = true;
    for (std::size_t i = 0; i != bytes + 2; ++i) same = same && memory[i] == 0xA5;
    CHECK(same);
  }
}
