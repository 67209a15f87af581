#include "property/random.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

namespace property {

namespace {

// x → a·x + b modulo 2^64: composing them is associative and does not commute.
struct Affine {
  std::uint64_t a = 1;
  std::uint64_t b = 0;
  friend bool operator==(Affine, Affine) = default;
};
Affine affine(Number x) { return {2 * static_cast<std::uint64_t>(x) + 1, static_cast<std::uint64_t>(x)}; }
Affine compose(Affine f, Affine g) { return {f.a * g.a, f.b * g.a + g.b}; }

}  // namespace

std::string check_folds(Random& random, Case c) {
  auto const& twin = c.twin;
  std::size_t const which = random.below(14);
  Number sum = 0;
  for (Number x : twin) sum += x;
  return std::visit(
      [&](auto& given) -> std::string {
        auto p = with_random_settings(random, std::move(given));
        using P = decltype(p);
        switch (which) {
          case 0: {
            Affine expected{3, 5};
            for (Number x : twin) expected = compose(expected, affine(x));
            return std::move(p).map(&affine).reduce(Affine{3, 5}, &compose) == expected ? "" : "reduce from";
          }
          case 1: {
            auto const result = std::move(p).map(&affine).reduce(&compose);
            if (twin.empty()) return result ? "reduce of nothing" : "";
            Affine expected = affine(twin[0]);
            for (std::size_t i = 1; i != twin.size(); ++i) expected = compose(expected, affine(twin[i]));
            return result == expected ? "" : "reduce";
          }
          case 2:
            return std::move(p).sum() == sum ? "" : "sum";
          case 3: {
            std::string expected;
            for (Number x : twin) expected += std::to_string(x % 10);
            auto const text = std::move(p).map([](Number x) { return std::to_string(x % 10); }).sum();
            return text == expected ? "" : "sum of texts";
          }
          case 4: {
            std::uint64_t expected = 1;
            for (Number x : twin) expected *= static_cast<std::uint64_t>(2 * x + 1);
            auto const product = std::move(p).map([](Number x) { return static_cast<std::uint64_t>(2 * x + 1); }).product();
            return product == expected ? "" : "product";
          }
          case 5: {
            auto const mean = std::move(p).mean();
            if (twin.empty()) return mean ? "mean of nothing" : "";
            double const expected = static_cast<double>(sum) / static_cast<double>(twin.size());
            return mean && std::abs(*mean - expected) <= 1e-9 * (1 + std::abs(expected)) ? "" : "mean";
          }
          case 6:
            return std::move(p).count() == twin.size() ? "" : "count";
          case 7: {
            auto const odd = [](Number x) { return x % 2 != 0; };
            return std::move(p).count_if(odd) == static_cast<std::size_t>(std::ranges::count_if(twin, odd)) ? ""
                                                                                                            : "count_if";
          }
          case 8:
            if constexpr (indexed<P>) {
              return std::move(p).size() == twin.size() ? "" : "size";
            } else {
              return std::move(p).filter([](Number) { return false; }).count() == 0 ? "" : "filter, count";
            }
          case 9: {
            // Ties: the first, told by its position among those that are equal.
            auto const least = std::move(p).min_by_key([](Number x) { return x % 5; });
            if (twin.empty()) return least ? "min of nothing" : "";
            Number const expected = *std::ranges::min_element(twin, {}, [](Number x) { return x % 5; });
            return least == expected ? "" : "min_by_key";
          }
          case 10: {
            auto const most = std::move(p).max([](Number x, Number y) { return x % 7 < y % 7; });
            if (twin.empty()) return most ? "max of nothing" : "";
            Number const expected = *std::ranges::max_element(twin, {}, [](Number x) { return x % 7; });
            return most == expected ? "" : "max";
          }
          case 11: {
            auto const both = std::move(p).minmax();
            if (twin.empty()) return both ? "minmax of nothing" : "";
            auto const [low, high] = std::ranges::minmax(twin);
            return both && both->first == low && both->second == high ? "" : "minmax";
          }
          case 12: {
            // What the segments' vectors hold, one behind the other, are all items in order.
            auto const all = std::move(p)
                                 .fold([] { return std::vector<Number>(); },
                                       [](std::vector<Number>& part, Number x) { part.push_back(x); })
                                 .reduce(std::vector<Number>(), [](std::vector<Number> x, std::vector<Number> const& y) {
                                   x.insert(x.end(), y.begin(), y.end());
                                   return x;
                                 });
            return all == twin ? "" : "fold, reduce";
          }
          default: {
            std::atomic<Number> total{0};
            std::atomic<std::size_t> count{0};
            std::move(p).for_each([&](Number x) {
              total.fetch_add(x, std::memory_order_relaxed);
              count.fetch_add(1, std::memory_order_relaxed);
            });
            // Behind a cut closures may run on items that the loop would not have come to.
            if (cuts_by_order<P>) return count >= twin.size() ? "" : "for_each behind a cut";
            return total == sum && count == twin.size() ? "" : "for_each";
          }
        }
      },
      c.pipeline);
}

}  // namespace property
