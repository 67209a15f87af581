#include <parallel_task/terminal/for_each_init.hpp>

#include "terminal/every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <optional>

TEST_CASE("for_each_init calls the closure with every item and a state, over every source") {
  every::source_and_size([](auto make, std::vector<int> const& expected) {
    std::atomic<long> sum{0};
    std::atomic<int> lent{0};
    every::run(make(), pt::detail::ForEachInit{[] { return std::vector<int>(); },
                                               [&](std::vector<int>& mine, int x) {
                                                 mine.push_back(x);
                                                 if (mine.size() > expected.size()) ++lent;
                                                 sum += x;
                                               }});
    long wanted = 0;
    for (int x : expected) wanted += x;
    if constexpr (decltype(make())::cut == pt::Cut::later) {
      CHECK(sum >= wanted);  // after take_while, closures may have run on more
    } else {
      CHECK(sum == wanted);
      CHECK(lent == 0);
    }
  });
}

TEST_CASE("try_for_each_init returns the first failure by order, over every source") {
  every::source_and_size([](auto make, std::vector<int> const& expected) {
    for (int bad : {-100, 0, 2}) {
      bool wanted = true;
      for (int x : expected) wanted = wanted && x != bad;
      auto const all =
          every::run(make(), pt::detail::TryForEachInit{[] { return 1; },
                                                        [bad](int const& one, int x) { return x != bad * one; }});
      CHECK(all == wanted);
    }
  });
}

TEST_CASE("for_each_init and try_for_each_init: parts of pairs, a state a thread, piped") {
  std::vector<int> const v{1, 2, 3};
  for_each_schedule([&v] {
    std::atomic<int> sum{0};
    pt::parallel_iter(v).enumerate().for_each_init(pt::per_thread([] { return 1; }),
                                                   [&](int& one, std::size_t i, int x) {
                                                     sum += one * x + static_cast<int>(i);
                                                   });
    CHECK(sum == 9);
    v | pt::parallel_iter | pt::for_each_init([] { return 1; }, [&](int&, int x) { sum -= x; });
    CHECK(sum == 3);
    auto const first = v | pt::parallel_iter |
                       pt::try_for_each_init([] { return 1; },
                                             [](int&, int x) { return x < 2 ? std::optional<int>(x) : std::nullopt; });
    CHECK(!first.has_value());
  });
}
