#include <parallel_task/stage/take.hpp>

#include "stage/stages.hpp"

#include <atomic>
#include <list>
#include <stdexcept>

using namespace stages;

TEST_CASE("take, drop and slice give what their names say, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    for (size_t n : {size_t{0}, size_t{1}, size_t{5}, expected.size() / 2, expected.size(), expected.size() + 3}) {
      size_t const at = n < expected.size() ? n : expected.size();
      auto const cut = expected.begin() + static_cast<long>(at);
      CHECK(pipe().take(n).template collect<std::vector>() == ints(expected.begin(), cut));
      CHECK(pipe().drop(n).template collect<std::vector>() == ints(cut, expected.end()));
      CHECK(pipe().drop(n).filter([](int) { return true; }).count() == expected.size() - at);
      size_t const last = at + 7 < expected.size() ? at + 7 : expected.size();
      CHECK(pipe().slice(n, n + 7).template collect<std::vector>() == ints(cut, expected.begin() + static_cast<long>(last)));
    }
  });
}

TEST_CASE("drop does not run the closures of what it drops") {
  std::list<int> const list(100, 1);
  for_each_schedule([&list] {
    std::atomic<int> calls{0};
    auto const n = pt::parallel_iter(list)
                       .map([&calls](int x) {
                         ++calls;
                         return x;
                       })
                       .drop(90)
                       .count();
    CHECK(n == 10);
    CHECK(calls == 10);
  });
}

TEST_CASE("counts that make no sense are std::invalid_argument") {
  ints const v{1};
  CHECK_THROWS_AS((void)pt::parallel_iter(v).take(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).slice(2, 1), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::drop(-1), std::invalid_argument);
}
