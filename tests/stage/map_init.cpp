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
                     .map_init([] { return Scratch(); }, [](Scratch& s, size_t i, int x) { return ++s.calls, static_cast<int>(i) + x; })
                     .zip(v)
                     .reverse()
                     .collect<std::vector>();
  CHECK(r == std::vector<std::pair<int, int>>{{5, 3}, {3, 2}, {1, 1}});
}
