#include <parallel_task/stage/chain.hpp>

#include "stage/stages.hpp"
#include "support/dawdle.hpp"
#include "support/eager.hpp"

#include <forward_list>
#include <list>
#include <set>
#include <string>

using namespace stages;

TEST_CASE("chain gives the one, then the other, whatever the sources") {
  ints const other = every::numbers(50);
  std::list<int> const list(other.begin(), other.end());
  std::forward_list<int> const forward(other.begin(), other.end());
  every::source_and_size([&](auto make, ints const& expected) {
    if constexpr (decltype(make())::cut == pt::Cut::everything) {
      auto pipe = [&] { return as_pipeline(make()); };
      ints behind = expected;
      behind.insert(behind.end(), other.begin(), other.end());
      ints before = other;
      before.insert(before.end(), expected.begin(), expected.end());
      CHECK(pipe().chain(other).template collect<std::vector>() == behind);
      CHECK(pipe().chain(list).filter([](int) { return true; }).template collect<std::vector>() == behind);
      CHECK(pipe().chain(forward).template collect<std::vector>() == behind);
      CHECK(pt::parallel_iter(other).chain(pipe()).template collect<std::vector>() == before);
      CHECK(pt::parallel_iter(list).chain(pipe()).template collect<std::vector>() == before);
      CHECK(pt::parallel_iter(forward).chain(pipe()).template collect<std::vector>() == before);
      if constexpr (pt::indexed_source<decltype(make())>) {
        ints backwards(behind.rbegin(), behind.rend());
        CHECK(pipe().chain(forward).reverse().template collect<std::vector>() == backwards);
        CHECK(pipe().chain(list).enumerate().values().template collect<std::vector>() == behind);
        CHECK(pipe().chain(other).drop(expected.size() / 2).template collect<std::vector>() ==
              ints(behind.begin() + static_cast<long>(expected.size() / 2), behind.end()));
      }
    }
  });
}

TEST_CASE("any position of two vectors in a chain is the item itself, not a copy") {
  ints front = every::numbers(70);
  ints rear = every::numbers(30);
  for_each_schedule([&] {
    std::vector<int*> places(100);
    pt::parallel_iter(front).chain(rear).enumerate().for_each([&](std::size_t i, int& x) { places[i] = &x; });
    std::size_t right = 0;
    for (std::size_t i = 0; i != 100; ++i) {
      if (places[i] == (i < 70 ? &front[i] : &rear[i - 70])) ++right;
    }
    CHECK(right == 100);
    ints const backwards = pt::parallel_iter(front).chain(rear).reverse().collect<std::vector>();
    CHECK(backwards.front() == rear.back());
    CHECK(backwards[29] == rear.front());
    CHECK(backwards[30] == front.back());
    CHECK(backwards.back() == front.front());
  });
}

TEST_CASE("what a stage behind a chain skips is known to have gone by when the run is shared") {
  std::list<int> const few{-7, -6, -5, -4, -3, -2, -1};
  ints const numbers = every::numbers(300);
  std::list<int> const many(numbers.begin(), numbers.end());
  ints const behind(numbers.begin() + 25, numbers.end());
  ints every_hundredth{-7};
  for (std::size_t i = 93; i < numbers.size(); i += 100) every_hundredth.push_back(numbers[i]);
  for_each_schedule([&] {
    for (int round = 0; round != 20; ++round) {
      CHECK(pt::parallel_iter(few).chain(many).drop(32).collect<std::vector>() == behind);
      CHECK(pt::parallel_iter(few).chain(many).slice(32, 307).collect<std::vector>() == behind);
      CHECK(pt::parallel_iter(few).chain(many).stride(100).collect<std::vector>() == every_hundredth);
      CHECK(pt::parallel_iter(many).drop(25).zip(numbers).keys().collect<std::vector>() == behind);
    }
  });
}

TEST_CASE("a front that is dropped as a whole, by a call that begins alone") {
  // Nobody walks it while the call is private. When the rest is shared it is walked after all.
  std::list<int> const front(7, 0);
  ints const all = every::numbers(3000);
  std::list<int> const rear(all.begin(), all.end());
  ints const left(all.begin() + 25, all.end());
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores, support::Claims::probed);
    for (int round = 0; round != 20; ++round) {
      auto const same = [](int x) {
        support::dawdle();
        return x;
      };
      CHECK(pt::parallel_iter(front).chain(rear).drop(32).map(same).collect<std::vector>() == left);
      CHECK(pt::parallel_iter(front).drop(9).chain(rear).drop(25).map(same).collect<std::vector>() == left);
      CHECK(pt::parallel_iter(front).chain(std::multiset<int>(all.begin(), all.end())).drop(32).map(same).count() ==
            2975);
      CHECK(pt::parallel_iter(front)
                .chain(rear)
                .zip(pt::indices(3007))
                .drop(32)
                .keys()
                .map(same)
                .collect<std::vector>() == left);
      // A stream behind them is asked for no more than is taken.
      ints::const_iterator at = all.begin();
      struct Stream {
        ints::const_iterator& at;
        ints::const_iterator end;
        std::optional<int> next() { return at == end ? std::nullopt : std::optional(*at++); }
      };
      CHECK(
          pt::parallel_iter(front).chain(pt::par_bridge(Stream{at, all.end()})).take(1007).drop(32).map(same).count() ==
          975);
      CHECK(at - all.begin() == 1000);
    }
  }
}

TEST_CASE("what fold keeps back in front of a seam comes before what is behind it") {
  ints const v = every::numbers(200);
  auto text = [](auto r) {
    return std::move(r).fold([] { return std::string(); },
                             [](std::string s, int x) { return std::move(s) + std::to_string(x) + ","; });
  };
  std::string wanted;
  for (int turn = 0; turn != 2; ++turn) {
    for (int x : v) wanted += std::to_string(x) + ",";
  }
  for_each_schedule([&] {
    auto const parts = text(pt::parallel_iter(v)).chain(text(pt::parallel_iter(v))).collect<std::vector>();
    std::string all;
    for (auto const& part : parts) all += part;
    CHECK(all == wanted);
  });
}

TEST_CASE("chained items have what is common to both") {
  std::vector<int> v{1, 2};
  std::vector<int> const w{3};
  CHECK(pt::parallel_iter(v).chain(w).sum() == 6);
  CHECK(pt::parallel_iter(v).chain(std::vector<long>{4}).collect<std::vector>() == std::vector<long>{1, 2, 4});
}
