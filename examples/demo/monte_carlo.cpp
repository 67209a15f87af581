// π by throwing darts. The random numbers belong to the index, not to the thread: every run gives the same estimate.
#include "stories.hpp"

namespace demo {

void monte_carlo(Table& table) {
  constexpr std::size_t darts = 50'000'000;
  auto const hits = [](std::size_t index) {
    std::uint64_t const random = random_at(index);
    double const x = static_cast<double>(random >> 32) * 0x1p-32;
    double const y = static_cast<double>(random & 0xffff'ffff) * 0x1p-32;
    return x * x + y * y < 1.0;
  };
  auto const estimate = [](std::size_t inside) {
    return 4.0 * static_cast<double>(inside) / static_cast<double>(darts);
  };

  table.compare(
      "pi, Monte Carlo", darts, nothing,
      [&](Nothing) {
        std::size_t inside = 0;
        for (std::size_t i = 0; i != darts; ++i) inside += hits(i) ? 1U : 0U;
        return estimate(inside);
      },
      [&](Nothing, pt::RunReport& report) { return estimate(pt::indices(darts).report(report).count_if(hits)); });
}

}  // namespace demo
