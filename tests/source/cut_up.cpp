#include <parallel_task/source/cut_up.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <stdexcept>
#include <type_traits>

namespace {

using parts::Ints;
using parts::Parts;

Parts chunks_of(Ints const& v, std::size_t n, bool whole) {
  Parts result;
  for (std::size_t i = 0; i < v.size(); i += n) {
    std::size_t const last = std::min(i + n, v.size());
    if (whole && last != i + n) break;
    result.emplace_back(v.begin() + static_cast<long>(i), v.begin() + static_cast<long>(last));
  }
  return result;
}
Parts windows_of(Ints const& v, std::size_t n) {
  Parts result;
  for (std::size_t i = 0; i + n <= v.size(); ++i) {
    result.emplace_back(v.begin() + static_cast<long>(i), v.begin() + static_cast<long>(i + n));
  }
  return result;
}

}  // namespace

TEST_CASE("chunk, chunk_exact and slide cut every kind of range") {
  for (std::size_t n : {1U, 2U, 3U, 64U, 2000U}) {
    parts::over_every_range([n](auto&& r) { return pt::chunk(static_cast<decltype(r)&&>(r), n); },
                            [n](Ints const& v) { return chunks_of(v, n, false); });
    parts::over_every_range([n](auto&& r) { return pt::chunk_exact(static_cast<decltype(r)&&>(r), n); },
                            [n](Ints const& v) { return chunks_of(v, n, true); });
  }
  for (std::size_t n : {1U, 3U, 2000U}) {
    parts::over_every_range([n](auto&& r) { return pt::slide(static_cast<decltype(r)&&>(r), n); },
                            [n](Ints const& v) { return windows_of(v, n); });
  }
}

TEST_CASE("adjacent gives neighbours of every kind of range as the parts of an item") {
  parts::over_every_range(
      [](auto&& r) {
        return pt::adjacent<3>(static_cast<decltype(r)&&>(r)).map([](int x, int y, int z) { return Ints{x, y, z}; });
      },
      [](Ints const& v) { return windows_of(v, 3); });
  Ints v{1, 2, 3};
  static_assert(std::is_same_v<decltype(pt::adjacent<2>(v))::item_type, std::pair<int&, int&>>);
  static_assert(std::is_same_v<decltype(pt::adjacent<2>(v))::value_type, std::pair<int, int>>);
  CHECK(pt::adjacent<1>(v).count() == 3);
}

TEST_CASE("parts of what is contiguous are spans, written through where the range can be") {
  Ints v(1000);
  std::iota(v.begin(), v.end(), 0);
  static_assert(std::is_same_v<decltype(pt::chunk(v, 3))::item_type, std::span<int>>);
  static_assert(std::is_same_v<decltype(pt::chunk(std::as_const(v), 3))::item_type, std::span<int const>>);
  static_assert(std::is_same_v<decltype(pt::chunk(std::span(v), 3))::item_type, std::span<int>>);
  for_each_schedule([&v] {
    pt::chunk(v, 64).for_each([](std::span<int> part) { std::ranges::reverse(part); });
    pt::chunk(v, 64).for_each([](auto part) { std::ranges::reverse(part); });
    CHECK(std::ranges::is_sorted(v));
    std::list<int> list(v.begin(), v.end());
    pt::chunk(list, 7).for_each([](auto part) {
      for (int& x : part) x = -x;
    });
    CHECK(std::ranges::is_sorted(list, std::greater<>()));
    CHECK(pt::chunk(v, 3).reverse().enumerate().size() == 334);
  });
}

TEST_CASE("a result is not collected into the range that is cut up") {
  Ints v(100, 1);
  auto const sum = [](auto three) { return three[0] + three[1] + three[2]; };
  CHECK_THROWS_AS(pt::slide(v, 3).map(sum).collect_into(v), std::invalid_argument);
  CHECK(v == Ints(100, 1));
}

TEST_CASE("a range that is cut up is looked at when the run begins") {
  Ints v{1, 2};
  auto pipe = pt::chunk(v, 2);
  v.assign(5, 7);
  CHECK(std::move(pipe).count() == 3);
}

TEST_CASE("parts of no item are std::invalid_argument") {
  Ints const v{1};
  CHECK_THROWS_AS((void)pt::chunk_exact(v, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::slide(v, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::slide(v, -1), std::invalid_argument);
}
