#include <parallel_task/terminal/collect_segments.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <memory>

using namespace every;

TEST_CASE("collect_segments gives all items in order, and no empty vector") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> all;
    for (auto const& part : run(make(), detail::CollectSegments{})) {
      CHECK_FALSE(part.empty());
      all.insert(all.end(), part.begin(), part.end());
    }
    CHECK(all == expected);
  });
}

TEST_CASE("collect_segments moves items, and leaves none alive after an exception") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto const parts = pt::into_parallel_iter(std::move(v)) | pt::collect_segments();
  CHECK(*parts.back().back() == 99);
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::CollectSegments{}); });
}
