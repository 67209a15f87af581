#include <parallel_task/core/same_front.hpp>

#include "catch.hpp"

#include <parallel_task/source/random_access.hpp>

#include <cstddef>
#include <vector>

namespace detail = parallel_task::detail;

namespace {

template <class A, class B>
constexpr bool by_bytes = detail::equal_by_bytes<detail::Contiguous<A>, detail::Contiguous<B>>;

struct Elsewhere {
  using Item = int&;
};
struct Whole {
  int value;
};

}  // namespace

TEST_CASE("integers and pointers in memory are equal by their bytes, nothing else is known to be") {
  STATIC_REQUIRE(by_bytes<int, int>);
  STATIC_REQUIRE(by_bytes<int const, int>);
  STATIC_REQUIRE(by_bytes<char, char const>);
  STATIC_REQUIRE(by_bytes<bool, bool>);
  STATIC_REQUIRE(by_bytes<int const*, int const*>);
  STATIC_REQUIRE_FALSE(by_bytes<int, unsigned>);
  STATIC_REQUIRE_FALSE(by_bytes<int, long>);
  STATIC_REQUIRE_FALSE(by_bytes<double, double>);
  STATIC_REQUIRE_FALSE(by_bytes<Whole, Whole>);
  STATIC_REQUIRE_FALSE(by_bytes<int volatile, int volatile>);
  STATIC_REQUIRE_FALSE(detail::equal_by_bytes<detail::Contiguous<int>, Elsewhere>);
}

TEST_CASE("what is the same from the front on ends in the piece that differs") {
  constexpr std::size_t piece = 4096 / sizeof(int);
  for (std::size_t n : {std::size_t{0}, std::size_t{1}, piece - 1, piece, piece + 1, 3 * piece + 7}) {
    std::vector<int> const a(n, 1);
    CHECK(detail::same_front(a.data(), a.data(), n) == n);
    std::vector<int> b = a;
    CHECK(detail::same_front(a.data(), b.data(), n) == n);
    for (std::size_t at : {std::size_t{0}, piece - 1, piece, 3 * piece, n - 1}) {
      if (n == 0 || at >= n) continue;
      b[at] = 2;
      CHECK(detail::same_front(a.data(), b.data(), n) == at / piece * piece);
      b[at] = 1;
    }
  }
}
