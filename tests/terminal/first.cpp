#include <parallel_task/terminal/first.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <list>

using namespace every;

TEST_CASE("first, last and nth give the items of the loop") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    auto const at = [&](std::size_t i) { return i < expected.size() ? std::optional(expected[i]) : std::nullopt; };
    CHECK(run(make(), detail::FirstItem{}) == at(0));
    CHECK(run(make(), detail::LastItem{}) == at(expected.size() - 1));
    if constexpr (pt::indexed_source<decltype(make())>) {
      for (std::size_t i :
           {std::size_t{0}, std::size_t{1}, expected.size() / 2, expected.size() - 1, expected.size()}) {
        CHECK(run(make(), detail::Nth{i}) == at(i));
      }
      CHECK(run(make(), detail::Nth{pt::unknown}) == std::nullopt);
    }
  });
}

TEST_CASE("nth runs no closure on other items") {
  for_each_schedule([] {
    std::atomic<int> ran{0};
    auto const counted = [&](int x) { return ++ran, x; };
    CHECK(pt::indices(1000).map(counted).nth(700) == 700);
    CHECK(ran == 1);
  });
}

TEST_CASE("first, last and nth at the ends of pipelines") {
  std::list<int> const list{3, 1, 4, 1, 5};
  for_each_schedule([&] {
    auto const odd = [](int x) { return x % 2 != 0; };
    CHECK((list | pt::parallel_iter | pt::filter(odd) | pt::last()) == 5);
    CHECK((list | pt::parallel_iter | pt::drop(1) | pt::first()) == 1);
    CHECK((list | pt::parallel_iter | pt::nth(2)) == 4);
    CHECK(pt::parallel_iter(list).take_while([](int x) { return x != 1; }).last() == 3);
    CHECK_THROWS_AS(pt::parallel_iter(list).nth(-1), std::invalid_argument);
  });
}
