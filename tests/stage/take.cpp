#include <parallel_task/stage/take.hpp>

#include "stage/stages.hpp"

#include <limits>

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
      CHECK(pipe().slice(n, n + 7).template collect<std::vector>() ==
            ints(cut, expected.begin() + static_cast<long>(last)));
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

TEST_CASE("counts may be of any whole number, enumerators too, and larger than std::size_t") {
  enum Sizes { two = 2, five = 5 };
  enum Bytes : unsigned char { none, one };
  std::vector<int> const v{1, 2, 3, 4, 5, 6};
  auto const p = [&v] { return pt::parallel_iter(v); };
  CHECK(p().take(two).collect<std::vector>() == ints{1, 2});
  CHECK(p().drop(five).collect<std::vector>() == ints{6});
  CHECK(p().stride(five).collect<std::vector>() == ints{1, 6});
  CHECK(p().slice(two, five).collect<std::vector>() == ints{3, 4, 5});
  CHECK(p().slice(one, 2u).collect<std::vector>() == ints{2});
  CHECK(p().take(none).count() == 0);
  CHECK((v | pt::parallel_iter | pt::take(five) | pt::drop(two) | pt::stride(two) | pt::collect<std::vector>()) ==
        ints{3, 5});
  CHECK(p().threads(two).count() == 6);
  CHECK_THROWS_AS((void)p().threads(none), std::invalid_argument);
  ints seen;
  p().for_each_ordered([&seen](int x) { seen.push_back(x); }, two);
  v | pt::parallel_iter | pt::for_each_ordered([&seen](int x) { seen.push_back(x); }, five);
  CHECK(seen == ints{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
  CHECK_THROWS_AS(p().for_each_ordered([](int) {}, -1), std::invalid_argument);
  CHECK_THROWS_AS(v | pt::parallel_iter | pt::for_each_ordered([](int) {}, -1), std::invalid_argument);

  auto const at_most = [&](auto far) {
    CHECK(p().take(far).count() == 6);
    CHECK(p().drop(far).count() == 0);
    CHECK(p().stride(far).template collect<std::vector>() == ints{1});
    CHECK(p().slice(1, far).count() == 5);
    CHECK(p().threads(far).count() == 6);
  };
  at_most((std::numeric_limits<unsigned long long>::max)());
#if defined(__SIZEOF_INT128__)
  at_most(pt::detail::Int128{1} << 64);
  CHECK_THROWS_AS((void)p().take(pt::detail::Int128{-1}), std::invalid_argument);
#endif
}
