#include <parallel_task/source/make_source.hpp>

#include "stage/stages.hpp"

#include <deque>
#include <forward_list>
#include <list>
#include <ranges>
#include <span>
#include <string>

using namespace stages;

TEST_CASE("containers are consumed: items moved out, move-only ones too") {
  auto run = [](auto container) {
    for (int i = 0; i != 100; ++i) container.push_back(std::make_unique<int>(i));
    auto const r = pt::into_parallel_iter(std::move(container))
                       .map([](std::unique_ptr<int> p) { return *p; })
                       .template collect<std::vector>();
    REQUIRE(r.size() == 100);
    for (int i = 0; i != 100; ++i) CHECK(r[static_cast<size_t>(i)] == i);
  };
  for_each_schedule([&run] {
    run(std::vector<std::unique_ptr<int>>());
    run(std::deque<std::unique_ptr<int>>());
    run(std::list<std::unique_ptr<int>>());
    std::forward_list<std::string> forward{"a", "b"};
    CHECK(pt::into_parallel_iter(std::move(forward)).collect<std::vector>() == std::vector<std::string>{"a", "b"});
    CHECK(pt::into_parallel_iter(std::string("hello")).filter([](char c) { return c != 'l'; }).collect<std::string>() ==
          "heo");
  });
}

TEST_CASE("a consumed container lives until the run has ended, whatever throws") {
  std::vector<every::Live> v;
  for (int i = 0; i != 100; ++i) v.emplace_back(i);
  CHECK_THROWS_AS(pt::into_parallel_iter(std::move(v)).for_each([](every::Live x) {
    if (x.value == 50) throw every::Thrown{50};
  }),
                  every::Thrown);
  CHECK(every::Live::alive == 0);
}

TEST_CASE("views are sources, held or borrowed") {
  ints v{1, 2, 3, 4};
  for_each_schedule([&v] {
    auto even = std::views::filter([](int x) { return x % 2 == 0; });
    auto twice = v | std::views::transform([](int x) { return 2 * x; });
    CHECK(pt::parallel_iter(twice).sum() == 20);
    CHECK(pt::parallel_iter(v | std::views::transform([](int x) { return 2 * x; })).reverse().collect<std::vector>() ==
          ints{8, 6, 4, 2});
    CHECK(pt::parallel_iter(v | even).collect<std::vector>() == ints{2, 4});
    CHECK(pt::parallel_iter(v | std::views::drop(1) | even | std::views::take(1)).sum() == 2);
    CHECK(pt::parallel_iter(std::span(v).subspan(2)).sum() == 7);
    pt::parallel_iter(std::span(v)).for_each([](int& x) { x += 0; });
    CHECK(pt::into_parallel_iter(std::views::iota(0, 5)).sum() == 10);
    CHECK(pt::parallel_iter(std::views::iota(std::size_t{0}, std::size_t{5})).sum() == 10);
  });
}

namespace {

using pt::detail::borrow_problem;
using pt::detail::own_problem;
using pt::detail::Problem;
static_assert(borrow_problem<ints>() == Problem::borrows_temporary);
static_assert(borrow_problem<ints&>() == Problem::none);
static_assert(borrow_problem<std::vector<bool>&>() == Problem::bits_share_words);
static_assert(borrow_problem<std::vector<bool> const&>() == Problem::none);
static_assert(own_problem<ints&>() == Problem::owns_lvalue);
static_assert(own_problem<ints const>() == Problem::owns_const);
static_assert(own_problem<std::span<int>>() == Problem::owns_view);
static_assert(own_problem<std::string_view>() == Problem::owns_view);
static_assert(own_problem<int[3]>() == Problem::owns_array);
static_assert(own_problem<ints>() == Problem::none);

}  // namespace
