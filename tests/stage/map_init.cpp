#include <parallel_task/stage/map_init.hpp>

#include "stage/stages.hpp"

#include <atomic>
#include <mutex>

using namespace stages;

TEST_CASE("map_init's state is a segment's own, made at most once for it, and not for nothing") {
  over_every_source([](auto pipe, ints const& expected) {
    std::atomic<size_t> made{0};
    auto const r = pipe()
                       .map_init(
                           [&made] {
                             ++made;
                             return std::vector<int>();
                           },
                           [](std::vector<int>& scratch, int x) {
                             scratch.push_back(x);
                             return scratch.back();
                           })
                       .template collect<std::vector>();
    CHECK(r == expected);
    CHECK((made == 0) == (r.empty() && made == 0));
  });
}

TEST_CASE("map_init keeps the index, takes parts and states that can't be moved") {
  struct Scratch {
    std::mutex mutex;
    int calls = 0;
  };
  std::vector<int> const v{1, 2, 3};
  auto const r = pt::parallel_iter(v)
                     .enumerate()
                     .map_init([] { return Scratch(); },
                               [](Scratch& s, size_t i, int x) { return ++s.calls, static_cast<int>(i) + x; })
                     .zip(v)
                     .reverse()
                     .collect<std::vector>();
  CHECK(r == std::vector<std::pair<int, int>>{{5, 3}, {3, 2}, {1, 1}});
}

TEST_CASE("per_thread makes a state for each thread that computes, at most once, and none is used by two at a time") {
  for_each_schedule([] {
    struct State {
      std::atomic<int>* made;
      std::atomic<int>* ended;
      bool used = false;
      State(std::atomic<int>& m, std::atomic<int>& e) : made(&m), ended(&e) { ++*made; }
      State(State const&) = delete;
      State& operator=(State const&) = delete;
      ~State() { ++*ended; }
    };
    std::atomic<int> made{0};
    std::atomic<int> ended{0};
    std::atomic<int> shared{0};
    {
      auto const states = pt::per_thread([&] { return State(made, ended); });
      auto const total = pt::indices(3000)
                             .map_init(states,
                                       [&shared](State& s, int x) {
                                         if (s.used) ++shared;
                                         s.used = true;
                                         s.used = false;
                                         return x;
                                       })
                             .sum();
      CHECK(total == 3000 * 2999 / 2);
    }
    CHECK(shared == 0);
    CHECK(made == ended);
    CHECK(made >= 1);
    CHECK(made <= static_cast<int>(pt::max_threads()) + 1);
    CHECK(pt::indices(0).map_init(pt::per_thread([&] { return ++made; }), [](int&, int x) { return x; }).count() == 0);
    CHECK(made == ended);
  });
}
