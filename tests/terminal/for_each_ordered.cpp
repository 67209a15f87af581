#include <parallel_task/terminal/for_each_ordered.hpp>

#include "every.hpp"
#include "support/dawdle.hpp"

#include <parallel_task/source/bridged.hpp>
#include <parallel_task/stage/inspect.hpp>

#include <memory>
#include <string>

using namespace every;

TEST_CASE("for_each_ordered calls f in input order, one call at a time") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (std::size_t window : {1U, 2U, 5U, 64U, 1000000U}) {
      std::vector<int> seen;
      std::atomic<int> inside{0};
      bool alone = true;
      run(make(), detail::ForEachOrdered(
                      [&](int x) {
                        alone = alone && ++inside == 1;
                        seen.push_back(x);
                        --inside;
                      },
                      window));
      CHECK(seen == expected);
      CHECK(alone);
    }
  });
}

TEST_CASE("for_each_ordered computes at most a window ahead") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for (int window : {1, 7, 100}) {
    for_each_schedule([&v, window] {
      std::atomic<int> turn{0};
      std::atomic<int> most{0};
      auto ahead = [&](int x) {
        int const distance = x - turn;
        for (int old = most; old < distance && !most.compare_exchange_weak(old, distance);) continue;
        return x;
      };
      run(detail::Map(detail::borrow(v), ahead),
          detail::ForEachOrdered([&turn](int x) { turn = x + 1; }, static_cast<std::size_t>(window)));
      CHECK(turn == 1000);
      // the turn moves by blocks, f's own counting by items
      CHECK(most < 2 * window);
    });
  }
}

TEST_CASE("for_each_ordered keeps items that wait, whatever they are") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> seen;
    run(detail::Map(make(), [](int x) { return std::make_unique<int>(x); }),
        detail::ForEachOrdered([&seen](std::unique_ptr<int> p) { seen.push_back(*p); }, 16));
    CHECK(seen == expected);
  });
  std::vector<int> v = numbers(1000);
  std::vector<int> expected = v;
  for (int& x : expected) ++x;
  for_each_schedule([&] {
    std::vector<int> changed = v;
    run(detail::borrow(changed), detail::ForEachOrdered([](int& x) { ++x; }, 10));
    CHECK(changed == expected);
    changed = v;
    auto const slow = [](int) { support::dawdle(); };
    auto source = detail::InspectStage<decltype(slow)>{slow}(detail::borrow(changed));
    run(std::move(source), detail::ForEachOrdered([](int& x) { ++x; }, 10));
    CHECK(changed == expected);
  });
}

TEST_CASE("for_each_ordered gives f all items before a throw and no other") {
  std::vector<int> v(200);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for (int p : {0, 1, 63, 64, 150, 199}) {
    for_each_schedule([&v, p] {
      int seen = 0;
      auto stage = [p](int x) {
        if (x == p) throw Thrown{p};
        return Bare(x);
      };
      CHECK_THROWS_AS(run(detail::Map(detail::borrow(v), stage),
                          detail::ForEachOrdered([&seen](Bare const&) { ++seen; }, 30)),
                      Thrown);
      CHECK(seen == p);
      CHECK(Live::alive == 0);

      seen = 0;
      auto f = [&seen, p](Bare const& x) {
        if (x.value == p) throw Thrown{p};
        ++seen;
      };
      CHECK_THROWS_AS(run(detail::Map(detail::borrow(v), [](int x) { return Bare(x); }), detail::ForEachOrdered(f, 30)),
                      Thrown);
      CHECK(seen == p);
      CHECK(Live::alive == 0);
    });
  }
}

TEST_CASE("for_each_ordered gives f all items that a source gave before it threw") {
  struct Breaks {
    int at;
    int end;
    std::optional<int> next() {
      if (at == end) throw Thrown{at};
      return at++;
    }
  };
  for (int p : {0, 1, 63, 200}) {
    for (std::size_t window : {1U, 8U, 1000U}) {
      for_each_schedule([p, window] {
        std::vector<int> seen;
        auto const work = [](int x) {
          support::dawdle();
          return x;
        };
        CHECK_THROWS_AS(run(detail::Map(detail::bridge(Breaks{0, p}), work),
                            detail::ForEachOrdered([&seen](int x) { seen.push_back(x); }, window)),
                        Thrown);
        bool right = seen.size() == static_cast<std::size_t>(p);
        for (std::size_t i = 0; right && i != seen.size(); ++i) right = seen[i] == static_cast<int>(i);
        CHECK(right);
      });
    }
  }
}

TEST_CASE("for_each_ordered hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) { run(std::move(source), detail::ForEachOrdered([](Bare const&) {}, 8)); });
}

TEST_CASE("a window of 0 is refused") {
  CHECK_THROWS_AS(detail::ForEachOrdered([](int) {}, 0), std::invalid_argument);
}
