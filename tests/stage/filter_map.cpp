#include <parallel_task/stage/filter_map.hpp>

#include "stage/stages.hpp"

#include <optional>

using namespace stages;

TEST_CASE("filter_map gives what is there, in order") {
  over_every_source([](auto pipe, ints const& expected) {
    ints wanted;
    for (int x : expected) {
      if (x > 1) wanted.push_back(2 * x);
    }
    auto f = [](int x) { return x > 1 ? std::optional<int>(2 * x) : std::nullopt; };
    CHECK(pipe().filter_map(f).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("filter_map follows pointers that are not null") {
  std::vector<int> v{1, 2, 3};
  auto const sum = pt::parallel_iter(v).filter_map([](int& x) { return x == 2 ? nullptr : &x; }).sum();
  CHECK(sum == 4);
}

namespace {

/// As std::expected: a value or an error.
struct Halved {
  using value_type = int;
  int half;
  bool even;
  [[nodiscard]] bool has_value() const { return even; }
  int operator*() const { return half; }
};

}  // namespace

TEST_CASE("filter_map and flat_map take what is like an expected, also without a conversion to bool") {
  for_each_schedule([] {
    auto const halve = [](int x) { return Halved{x / 2, x % 2 == 0}; };
    std::vector<int> const wanted{0, 1, 2, 3};
    CHECK(pt::indices(8).filter_map(halve).collect<std::vector>() == wanted);
    CHECK(pt::indices(8).flat_map(halve).collect<std::vector>() == wanted);
    CHECK(pt::indices(8).map(halve).flatten().collect<std::vector>() == wanted);
    std::vector<std::optional<bool>> const answers{true, std::nullopt, false};
    CHECK(pt::parallel_iter(answers).flatten().count() == 2);
    CHECK(pt::parallel_iter(answers).filter_map([](auto const& x) { return x; }).count() == 2);
  });
}
