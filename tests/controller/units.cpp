#include <parallel_task/controller/units.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>

namespace pt = parallel_task;
using pt::detail::PulledUnits;
using pt::detail::Units;

namespace {

/// 2^32; where positions have no more bits, 0, and `many` − 1 the most there are.
constexpr auto many = static_cast<std::size_t>(std::uint64_t{1} << 32);
[[maybe_unused]] constexpr std::uint64_t turn = std::uint64_t{1} << 32;
constexpr bool wide = sizeof(std::size_t) > 4;

}  // namespace

TEST_CASE("a unit is one position while 32 bits hold their number") {
  CHECK(Units::of(0, 0).size() == 1);
  CHECK(Units::of(100, 0).size() == 1);
  CHECK(Units::of(many - 2, 0).size() == 1);
  CHECK(Units::of(many - 1, 0).size() == 2);
  CHECK(Units::of(100, 30).from(30) == pt::QueueBlock{30, 100});
  CHECK(Units::of(100, 30).positions_of(30, 100) == pt::Block{30, 100});
}

TEST_CASE("units of several positions cover each position once, up to the largest number of them") {
  for (std::size_t const total : {many - 1, many + 5, 7 * many + 3, ~std::size_t{0} - 1, ~std::size_t{0}}) {
    if (total < 100) continue;  // 32 bits
    Units const units = Units::of(total, 0);
    CAPTURE(total, units.shift);
    CHECK(total >> units.shift < 0xFFFFFFFFU);
    pt::QueueBlock const all = units.from(0);
    CHECK(units.positions_of(all.first, all.last) == pt::Block{0, total});
    // Two neighbours meet, wherever the units are divided.
    for (std::uint32_t const middle : {1U, 77U, all.last / 2, all.last - 1}) {
      CHECK(units.positions_of(all.first, middle).last == units.positions_of(middle, all.last).first);
      CHECK(units.positions_of(middle, all.last).last == total);
    }
  }
}

TEST_CASE("units of several positions begin where the private run has ended") {
  if (!wide) return;
  for (std::size_t const next : {std::size_t{1}, std::size_t{777}, many}) {
    for (std::size_t const total : {4 * many - 10, ~std::size_t{0}}) {
      Units const units = Units::of(total, next);
      CAPTURE(total, next);
      pt::QueueBlock const all = units.from(next);
      CHECK(all.first == 0);
      CHECK(units.positions_of(all.first, all.last) == pt::Block{next, total});
      CHECK(units.positions_of(0, 1) == pt::Block{next, next + units.size()});
      CHECK(units.positions_of(5, all.last).first == next + 5 * units.size());
      CHECK(units.positions_of(all.last - 1, all.last).last == total);
    }
  }
}

TEST_CASE(
    "the lower 32 bits of a pulled position tell which it is, while it lies less than 2^32 below the known ones") {
  for (std::uint64_t const known : {std::uint64_t{50}, turn - 1, turn, turn + 7, 9 * turn + 20}) {
    for (std::uint64_t const behind : {std::uint64_t{1}, std::uint64_t{50}, turn / 2, turn - 1}) {
      if (behind > known || (!wide && known >= turn)) continue;
      std::uint64_t const first = known - behind;
      auto const low = static_cast<std::uint32_t>(first);
      CAPTURE(known, behind);
      CHECK(PulledUnits::positions_of(low, low + 1, known) ==
            pt::Block{static_cast<std::size_t>(first), static_cast<std::size_t>(first + 1)});
    }
  }
}

TEST_CASE("a pulled position goes back into a queue only while the source may give as many as one slice more") {
  CHECK(PulledUnits::may_wait(10, 20));
  CHECK(PulledUnits::may_wait(20, turn / 2 + 19));
  CHECK_FALSE(PulledUnits::may_wait(20, turn / 2 + 20));
}
