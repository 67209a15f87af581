#include <parallel_task/core/search.hpp>

#include "catch.hpp"
#include "core/blocks.hpp"

#include <parallel_task/source/make_source.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/map.hpp>
#include <parallel_task/stage/zip.hpp>
#include <parallel_task/terminal/any.hpp>
#include <parallel_task/terminal/find.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace detail = parallel_task::detail;
using blocks::feed;
using blocks::Number;
using blocks::positions;
using blocks::size;
using detail::search_block;
using parallel_task::Cut;

namespace {

template <class S, class P>
constexpr bool by_blocks =
    detail::searched_by_blocks<detail::At<S>,
                               typename detail::Find<P, Cut::later>::template Accumulator<typename S::Value>>;

struct Never {
  template <class X>
  bool operator()(X const&) const {
    return false;
  }
};

/// Items that are their positions, and a predicate that writes down what it is asked, throws where it is told to, and
/// wants one.
struct Asked {
  std::size_t wanted = size;
  std::size_t throws_from = size;
  std::vector<std::size_t>* asked;
  bool operator()(Number x) const {
    auto const at = static_cast<std::size_t>(x);
    asked->push_back(at);
    if (at >= throws_from) throw at;
    return at == wanted;
  }
};

}  // namespace

#if defined(__SSE2__) || defined(__ARM_NEON)
TEST_CASE("plain numbers are searched by blocks, and nothing else") {
  using Numbers = detail::Contiguous<Number const>;
  auto const f = [](Number x) { return x; };
  STATIC_REQUIRE(by_blocks<Numbers, Never>);
  STATIC_REQUIRE(by_blocks<detail::Enumerate<Numbers>, Never>);
  STATIC_REQUIRE(by_blocks<detail::Zip<false, Numbers, Numbers>, Never>);
  STATIC_REQUIRE_FALSE(by_blocks<detail::Contiguous<std::string const>, Never>);
  STATIC_REQUIRE_FALSE(by_blocks<detail::Contiguous<Number const* const>, Never>);
  STATIC_REQUIRE_FALSE(by_blocks<detail::Map<Numbers, decltype(f)>, Never>);
  STATIC_REQUIRE_FALSE(by_blocks<detail::Enumerate<detail::Map<Numbers, decltype(f)>>, Never>);
}

TEST_CASE("a search by blocks asks each item once, in order, and none behind the block of its answer") {
  std::vector<Number> const v = positions();
  for (std::size_t wanted = 0; wanted <= size; ++wanted) {
    std::vector<std::size_t> asked;
    auto const found = feed(detail::borrow(v), detail::make_find_first(Asked{wanted, size, &asked})).found;
    CHECK(found == (wanted == size ? std::nullopt : std::optional(static_cast<Number>(wanted))));
    std::size_t const end = wanted < size / search_block * search_block ? (wanted / search_block + 1) * search_block
                                                                        : std::min(wanted + 1, size);
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i != end; ++i) expected.push_back(i);
    CHECK(asked == expected);
  }
}
#endif

TEST_CASE("of an answer and exceptions in one block, the first by position comes out") {
  std::vector<Number> const v = positions();
  for (std::size_t wanted = 0; wanted < size; wanted += 3) {
    for (std::size_t throws_from = 0; throws_from < size; throws_from += 2) {
      std::vector<std::size_t> asked;
      std::optional<Number> found;
      std::optional<std::size_t> thrown;
      bool any = false;
      try {
        found = feed(detail::borrow(v), detail::make_find_first(Asked{wanted, throws_from, &asked})).found;
        any = feed(detail::borrow(v), detail::make_any(Asked{wanted, throws_from, &asked})).found;
      } catch (std::size_t at) {
        thrown = at;
      }
      CHECK(found == (wanted < throws_from ? std::optional(static_cast<Number>(wanted)) : std::nullopt));
      CHECK(thrown == (wanted < throws_from ? std::nullopt : std::optional(throws_from)));
      CHECK(any == (wanted < throws_from));
    }
  }
}

TEST_CASE("fewer items than a block are asked one by one") {
  std::vector<Number> v = positions();
  v.resize(search_block - 1);
  std::vector<std::size_t> asked;
  CHECK(feed(detail::borrow(v), detail::make_find_first(Asked{4, size, &asked})).found == Number{4});
  CHECK(asked.size() == 5);
}

TEMPLATE_TEST_CASE("a search finds the first, whatever the numbers' width and number", "", unsigned char, short, int,
                   double) {
  for (std::size_t n : std::initializer_list<std::size_t>{0, 1, 31, 32, 33, 64, 100}) {
    std::vector<TestType> v(n);
    for (std::size_t at = 0; at <= n; ++at) {
      if (at != n) v[at] = 2;
      if (at + 5 < n) v[at + 5] = 2;  // not the first
      auto const is_two = [](TestType x) { return x > 1 && x < 3; };
      auto const place = feed(detail::EnumerateStage{}(detail::borrow(v)),
                              detail::make_find_first([&](std::size_t, TestType x) { return is_two(x); }));
      CHECK(place.found.has_value() == (at != n));
      if (place.found) CHECK(place.found->first == at);
      CHECK(feed(detail::borrow(v), detail::make_any(is_two)).found == (at != n));
      CHECK(feed(detail::borrow(v), detail::make_contains(TestType{2})).found == (at != n));
      std::fill(v.begin(), v.end(), TestType{});
    }
  }
}

TEST_CASE("a closure in front of a search is called once an item") {
  std::vector<Number> const v = positions();
  std::vector<int> calls(size);
  auto const counted = [&calls](Number x) {
    ++calls[static_cast<std::size_t>(x)];
    return x;
  };
  CHECK(feed(detail::Map(detail::borrow(v), counted), detail::make_find_first([](Number x) { return x == 40; })).found);
  CHECK(std::count(calls.begin(), calls.end(), 1) == 41);
  CHECK(*std::max_element(calls.begin(), calls.end()) == 1);
}
