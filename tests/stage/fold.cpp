#include <parallel_task/stage/fold.hpp>

#include "stage/stages.hpp"

#include <memory>
#include <string>
#include <thread>

using namespace stages;

TEST_CASE("fold's accumulators, joined in order, cover all items in order") {
  over_every_source([](auto pipe, ints const& expected) {
    std::string wanted;
    for (int x : expected) wanted += std::to_string(x) + ",";
    auto const parts = pipe()
                           .fold([] { return std::string(); },
                                 [](std::string s, int x) { return std::move(s) + std::to_string(x) + ","; })
                           .template collect<std::vector>();
    std::string all;
    for (std::string const& part : parts) all += part;
    CHECK(all == wanted);
    if (expected.empty()) CHECK(parts.size() <= 1);
  });
}

TEST_CASE("fold may change its accumulator in place, and further stages follow") {
  over_every_source([](auto pipe, ints const& expected) {
    auto const all = pipe()
                         .filter([](int) { return true; })
                         .fold([] { return ints(); }, [](ints& a, int x) { a.push_back(x); })
                         .flatten()
                         .fold([] { return ints(); }, [](ints& a, int x) { a.push_back(x); })
                         .flatten()
                         .template collect<std::vector>();
    CHECK(all == expected);
  });
}

TEST_CASE("a sum of fold's accumulators is the sum") {
  over_every_source([](auto pipe, ints const& expected) {
    long wanted = 0;
    for (int x : expected) wanted += x;
    CHECK(pipe().fold([] { return 0L; }, [](long a, int x) { return a + x; }).sum() == wanted);
  });
}

TEST_CASE("fold's closure may return its accumulator, by value, by reference or as what it was moved from") {
  over_every_source([](auto pipe, ints const& expected) {
    auto const empty = [] { return ints(); };
    auto const check = [&](auto f) {
      CHECK(pipe().fold(empty, f).flatten().template collect<std::vector>() == expected);
    };
    auto const added = [](ints& a, int x) -> ints& { return a.push_back(x), a; };
    check(added);
    check([&](ints& a, int x) { return added(a, x); });
    check([&](ints a, int x) { return std::move(added(a, x)); });
    check([&](ints&& a, int x) -> ints&& { return std::move(added(a, x)); });
    check([&](auto&& a, int x) -> decltype(auto) { return static_cast<decltype(a)&&>(added(a, x)); });
    check([&](auto& a, auto x) -> auto& { return added(a, x); });
  });
}

TEST_CASE("fold takes what refers to its accumulator by value") {
  over_every_source([](auto pipe, ints const& expected) {
    auto const all =
        pipe()
            .fold([] { return std::make_shared<ints>(); }, [](std::shared_ptr<ints> a, int x) { a->push_back(x); })
            .flat_map([](std::shared_ptr<ints> const& a) { return *a; })
            .template collect<std::vector>();
    CHECK(all == expected);
  });
}

TEST_CASE("a second fold makes nothing of a segment to which no block came") {
  ints const none;
  ints const one{1};
  auto const zero = [] { return 0; };
  auto const count = [](int n, int) { return n + 1; };
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(none).fold(zero, count).fold(zero, count).count() == 0);
    CHECK(pt::parallel_iter(none).fold(zero, count).fold(zero, count).chain(one).count() == 1);
    CHECK(pt::parallel_iter(none).fold(zero, count).map_init(zero, [](int&, int x) { return x; }).count() == 0);
  });
}

TEST_CASE("what fold kept before a cut comes whole, whoever saw the cut first") {
  ints const v(2000, 1);
  for_each_schedule([&] {
    for (int round = 0; round != 20; ++round) {
      long got = 0;
      pt::parallel_iter(v)
          .enumerate()
          .take_while([](std::size_t i, int) { return std::this_thread::yield(), i < 1200; })
          .fold([] { return 0L; }, [](long n, std::pair<std::size_t, int const&>) { return n + 1; })
          .for_each_ordered([&](long n) { got += n; }, 100);
      CHECK(got == 1200);
    }
  });
}
