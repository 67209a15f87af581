#include <parallel_task/stage/take_any.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <stdexcept>

using namespace stages;

TEST_CASE("take_any gives as many items as there are of those asked for, in their order, from every source") {
  every::source_and_size([](auto make, ints const& expected) {
    if constexpr (decltype(make())::cut != pt::Cut::later) {  // after a cut it is refused
      auto const pipe = [&make] { return pt::detail::as_pipeline(make()); };
      for (size_t n : {0U, 1U, 5U, 900U, 10'000U}) {
        auto const taken = pipe().take_any(n).template collect<std::vector>();
        CHECK(taken.size() == std::min(n, expected.size()));
        // A subsequence: each is found behind the last.
        auto at = expected.begin();
        for (int x : taken) {
          at = std::find(at, expected.end(), x);
          REQUIRE(at != expected.end());
          ++at;
        }
        CHECK(pipe().filter([](int) { return true; }).take_any(n).count() == std::min(n, expected.size()));
      }
    }
  });
}

TEST_CASE("take_any before a fold loses nothing that it took") {
  for_each_schedule([] {
    auto const kept = pt::indices(5000).take_any(700).fold([] { return 0; }, [](int n, int) { return n + 1; }).sum();
    CHECK(kept == 700);
    auto const found = pt::indices(5000).take_any(700).find_first([](int x) { return x >= 0; });
    CHECK(found.has_value());
  });
}

TEST_CASE("take_any, piped, and a negative number") {
  ints const v{1, 2, 3};
  CHECK((v | pt::parallel_iter | pt::take_any(2) | pt::count()) == 2);
  CHECK_THROWS_AS((void)pt::take_any(-1), std::invalid_argument);
}
