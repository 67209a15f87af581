#include "property/random.hpp"
#include "support/three_way.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

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

struct NeverRaised {
  [[nodiscard]] bool stop_requested() const { return false; }
};

// Beginnings without a pipeline before them, in functions of their own: the cases are compiled for each kind of those.
Number halved(Number x) {
  Number total = x;
  for (; x > 1; x /= 2) total += x / 2;
  return total;
}
std::string check_growing(std::vector<Number> const& items) {
  Number expected = 0;
  for (Number x : items) expected += halved(x);
  std::atomic<Number> total{0};
  pt::for_each_growing(items, [&total](Number x, pt::Feeder<Number>& feeder) {
    total.fetch_add(x, std::memory_order_relaxed);
    if (x > 1) feeder.add(x / 2);
  });
  if (total != expected) return "for_each_growing";
  auto const half = [](Number x) { return x > 1 ? std::vector<Number>{x / 2} : std::vector<Number>(); };
  if (!items.empty() && pt::walk_tree(items[0], half).sum() != halved(items[0])) return "walk_tree";
  total = 0;
  pt::parallel_for(items.size(), [&](std::size_t i) { total.fetch_add(items[i], std::memory_order_relaxed); });
  return total == std::accumulate(items.begin(), items.end(), Number{0}) ? "" : "parallel_for";
}

}  // namespace

std::string check_folds(Random& random, Case c) {
  auto const& twin = c.twin;
  std::size_t const which = random.below(33);
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
            auto const product =
                std::move(p).map([](Number x) { return static_cast<std::uint64_t>(2 * x + 1); }).product();
            return product == expected ? "" : "product";
          }
          case 5: {
            auto const mean = std::move(p).mean();
            if (twin.empty()) return mean ? "mean of nothing" : "";
            double const expected = static_cast<double>(sum) / static_cast<double>(twin.size());
            return mean && std::abs(*mean - expected) <= 1e-9 * (1 + std::abs(expected)) ? "" : "mean";
          }
          case 6: {
            std::size_t told = 0;
            auto const count = std::move(p)
                                   .steal_from(pt::RateOfChange{})
                                   .stop_token(NeverRaised{})
                                   .progress([&told](pt::Progress const&) { ++told; }, std::chrono::microseconds(50))
                                   .count();
            return count == twin.size() && told != 0 ? "" : "count, with progress";
          }
          case 30:
            return check_growing(std::move(p).template collect<std::vector>());
          case 31: {
            Affine expected{3, 5};
            for (Number x : twin) expected = compose(expected, affine(x));
            InContext context(random);
            bool const same = context.carried(std::move(p)).map(&affine).reduce(Affine{3, 5}, &compose) == expected;
            return same && context.kept() ? "" : "with_context, reduce";
          }
          case 7: {
            auto const odd = [](Number x) { return x % 2 != 0; };
            return std::move(p).count_if(odd) == static_cast<std::size_t>(std::ranges::count_if(twin, odd))
                       ? ""
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
            auto const key = [](Number x) { return x % 5; };
            std::optional<Number> least;
            std::optional<Number> most;
            std::size_t const sides = random.below(3);
            if (sides == 0) least = std::move(p).min_by_key(key);
            if (sides == 1) most = std::move(p).max_by_key(key);
            if (sides == 2) {
              if (auto const both = std::move(p).minmax_by_key(key)) std::tie(least, most) = *both;
            }
            if (twin.empty()) return least || most ? "an extreme of nothing by key" : "";
            if (sides != 1 && least != *std::ranges::min_element(twin, {}, key)) return "min_by_key";
            return sides == 0 || most == *std::ranges::max_element(twin, {}, key) ? "" : "max_by_key";
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
            auto const all =
                std::move(p)
                    .fold([] { return std::vector<Number>(); },
                          [](std::vector<Number>& part, Number x) { part.push_back(x); })
                    .reduce(std::vector<Number>(), [](std::vector<Number> x, std::vector<Number> const& y) {
                      x.insert(x.end(), y.begin(), y.end());
                      return x;
                    });
            return all == twin ? "" : "fold, reduce";
          }
          case 13:
            return std::move(p).first() == (twin.empty() ? std::nullopt : std::optional(twin.front())) ? "" : "first";
          case 14:
            return std::move(p).last() == (twin.empty() ? std::nullopt : std::optional(twin.back())) ? "" : "last";
          case 15: {
            bool const sorted = std::ranges::is_sorted(twin);
            return std::move(p).is_sorted() == sorted ? "" : "is_sorted";
          }
          case 16:
            if constexpr (indexed<P>) {
              std::vector<Number> other = twin;
              std::size_t const change = random.below(4);
              if (change == 1) other.push_back(5);
              if (change == 2 && !other.empty()) other[random.below(other.size())] += 1;
              if (change == 3 && !other.empty()) other.pop_back();
              if (random.one_in(4)) return std::move(p).equal(other) == (twin == other) ? "" : "equal";
              if (random.one_in(3))
                return std::move(p).compare(other) == support::three_way(twin, other) ? "" : "compare";
              if (random.one_in(2)) {
                auto const alike = [](Number x, Number y) { return (x - y) % 2 == 0; };
                bool const same = std::ranges::equal(twin, other, alike);
                return std::move(p).equal(other, alike) == same ? "" : "equal by a predicate";
              }
              auto const greater = [](Number x, Number y) { return y <=> x; };
              auto const order = support::three_way(twin, other, greater);
              return std::move(p).compare(other, greater) == order ? "" : "compare by an ordering";
            } else {
              return std::move(p).count() == twin.size() ? "" : "count";
            }
          case 17: {
            std::size_t const at = random.below(twin.size() + 1);
            if constexpr (indexed<P>) {
              auto const wanted = at < twin.size() ? std::optional(twin[at]) : std::nullopt;
              return std::move(p).nth(at) == wanted ? "" : "nth";
            } else {
              return std::move(p).count() == twin.size() ? "" : "count";
            }
          }
          case 18: {
            Affine expected{3, 5};
            for (Number x : twin) expected = compose(expected, affine(x));
            auto const result =
                std::move(p).map([](Number x) { return std::optional(affine(x)); }).try_reduce(&compose);
            if (twin.empty()) return result ? "try_reduce of nothing" : "";
            return result && compose(Affine{3, 5}, **result) == expected ? "" : "try_reduce";
          }
          case 19: {
            // The first that fails, by order: told by what is before it.
            Number const bad = twin.empty() || random.one_in(3) ? 999'999 : twin[random.below(twin.size())];
            auto const add = [bad](Number total, Number x) {
              return x == bad ? std::nullopt : std::optional(total + x);
            };
            auto const result =
                std::move(p).try_fold([] { return Number{0}; }, add).try_reduce(Number{0}, std::plus<>());
            auto const wanted = std::ranges::find(twin, bad) == twin.end() ? std::optional(sum) : std::nullopt;
            return result == wanted ? "" : "try_fold, try_reduce";
          }
          case 20: {
            auto const all = std::move(p).aggregate([] { return std::vector<Number>(); },
                                                    [](std::vector<Number>& part, Number x) { part.push_back(x); },
                                                    [](std::vector<Number>& left, std::vector<Number> const& right) {
                                                      left.insert(left.end(), right.begin(), right.end());
                                                    });
            return all == twin ? "" : "aggregate";
          }
          case 21: {
            std::string expected;
            for (std::size_t i = 0; i != twin.size(); ++i) expected += (i == 0 ? "" : ", ") + std::to_string(twin[i]);
            auto const text = std::move(p).map([](Number x) { return std::to_string(x); }).join_with(", ");
            return text == expected ? "" : "join_with";
          }
          case 22: {
            std::vector<Number> all;
            for (auto const& part : std::move(p).collect_segments()) {
              if (part.empty()) return "an empty segment";
              all.insert(all.end(), part.begin(), part.end());
            }
            return all == twin ? "" : "collect_segments";
          }
          case 23: {
            std::map<Number, std::vector<Number>> expected;
            Number const keys = random.one_in(2) ? 7 : 100'000;
            for (Number x : twin) expected[x % keys].push_back(x);
            auto const groups = std::move(p).group_by([keys](Number x) { return x % keys; });
            if (groups.template to<std::map>() != expected) return "group_by";
            for (Number x : twin) {
              if (!groups.contains(x % keys)) return "group_by: find";
            }
            return groups.empty() || groups.begin()->first == twin[0] % keys ? "" : "group_by: order";
          }
          case 24: {
            std::unordered_map<Number, std::size_t> expected;
            for (Number x : twin) ++expected[x % 50];
            auto const counts = std::move(p).count_by([](Number x) { return x % 50; });
            return counts.template to<std::unordered_map>() == expected ? "" : "count_by";
          }
          case 25: {
            std::map<Number, std::string> expected;
            for (Number x : twin) expected[x % 5] += std::to_string(x) + ",";
            auto const key = [](Number x) { return x % 5; };
            auto const text = [](Number x) { return std::to_string(x) + ","; };
            if (random.one_in(2)) {
              auto const map = std::move(p).to_map(key, text, std::plus<>());
              return map.template to<std::map>() == expected ? "" : "to_map";
            }
            auto const map = std::move(p)
                                 .map([=](Number x) { return std::pair(key(x), text(x)); })
                                 .template collect<std::map>(std::plus<>());
            return map == expected ? "" : "collect, merging";
          }
          case 26: {
            std::vector<Number> expected;
            std::set<Number> seen;
            for (Number x : twin) {
              if (seen.insert(x).second) expected.push_back(x);
            }
            return std::move(p).distinct() == expected ? "" : "distinct";
          }
          case 27: {
            std::vector<std::size_t> expected(10);
            for (Number x : twin) ++expected[static_cast<std::size_t>(x % 10 + 10) % 10];
            auto const bin = [](Number x) { return (x % 10 + 10) % 10; };
            return std::move(p).histogram(10, bin) == expected ? "" : "histogram";
          }
          case 28: {
            // Of equal ones the first, told by what is not compared.
            auto const less = [](Number x, Number y) { return x % 100 < y % 100; };
            bool const large = random.one_in(2);
            std::size_t const k = random.below(40);
            std::vector<Number> expected = twin;
            std::ranges::stable_sort(expected, [&](Number x, Number y) { return large ? less(y, x) : less(x, y); });
            if (expected.size() > k) expected.resize(k);
            auto const top = !large             ? std::move(p).smallest(k, less)
                             : random.one_in(2) ? std::move(p).largest(k, less)
                                                : std::move(p).top_k(k, less);
            return top == expected ? "" : "largest or smallest";
          }
          case 29: {
            auto const mean =
                std::move(p).deterministic().map([](Number x) { return 0.5 * static_cast<double>(x); }).mean();
            double const expected =
                0.5 * static_cast<double>(sum) / static_cast<double>(twin.empty() ? 1 : twin.size());
            if (twin.empty()) return mean ? "deterministic mean of nothing" : "";
            return mean && std::abs(*mean - expected) <= 1e-9 * (1 + std::abs(expected)) ? "" : "deterministic mean";
          }
          default: {
            std::atomic<Number> total{0};
            std::atomic<std::size_t> count{0};
            auto const add = [&](int& one, Number x) {
              total.fetch_add(x, std::memory_order_relaxed);
              count.fetch_add(static_cast<std::size_t>(one), std::memory_order_relaxed);
            };
            if (random.one_in(2)) {
              std::move(p).for_each_init([] { return 1; }, add);
            } else {
              std::move(p).for_each([one = 1, &add](Number x) {
                int mine = one;
                add(mine, x);
              });
            }
            // Behind a cut closures may run on items that the loop would not have come to.
            if (cuts_by_order<P>) return count >= twin.size() ? "" : "for_each behind a cut";
            return total == sum && count == twin.size() ? "" : "for_each";
          }
        }
      },
      c.pipeline);
}

}  // namespace property
