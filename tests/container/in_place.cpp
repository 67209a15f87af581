#include <parallel_task/container/in_place.hpp>

#include "terminal/every.hpp"

using every::Live;
using parallel_task::detail::Constructed;

TEST_CASE("items constructed in place belong to their accumulator until they are released") {
  alignas(Live) unsigned char memory[8 * sizeof(Live)];
  auto* const items = reinterpret_cast<Live*>(memory);
  {
    Constructed<Live> first(items);
    Constructed<Live> later(items);
    first.seek(0);
    first(1);
    first.seek(1);
    first(2);
    later.seek(2);
    later(3);
    CHECK(Live::alive == 3);
    first.join(std::move(later));
    CHECK(Live::alive == 3);
  }
  CHECK(Live::alive == 0);
}
