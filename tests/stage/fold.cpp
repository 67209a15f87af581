#include <parallel_task/stage/fold.hpp>

#include "stage/stages.hpp"

#include <string>

using namespace stages;

TEST_CASE("fold's accumulators, joined in order, cover all items in order") {
  over_every_source([](auto pipe, ints const& expected) {
    std::string wanted;
    for (int x : expected) wanted += std::to_string(x) + ",";
    auto const parts =
        pipe()
            .fold([] { return std::string(); }, [](std::string s, int x) { return std::move(s) + std::to_string(x) + ","; })
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
