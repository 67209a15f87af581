// Every source, stage and terminal once, in a program built without exceptions and RTTI; by one thread, and by many.
#include "foreign_macros.hpp"

#include <parallel_task/parallel_task.hpp>

#include "no_foreign_macros.hpp"

#include <cstdio>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "build this with -fno-exceptions -fno-rtti"
#endif

#define REQUIRE(...) \
  if (!(__VA_ARGS__)) return std::printf("line %d: " #__VA_ARGS__ "\n", __LINE__), 1

namespace {

constexpr int n = 1000;
constexpr int total = n * (n - 1) / 2;

struct Numbers {
  int at = 0;
  std::optional<int> next() { return at == n ? std::nullopt : std::optional<int>(at++); }
};

bool is_even(int x) { return x % 2 == 0; }
int plus(int a, int b) { return a + b; }

struct NeverRaised {
  [[nodiscard]] bool stop_requested() const { return false; }
};

int sources_and_stages(std::vector<int>& numbers, std::list<int> const& list) {
  REQUIRE(pt::par_bridge(Numbers{}).sum() == total);
  REQUIRE(pt::indices(n).sum() == total);
  REQUIRE(pt::into_parallel_iter(std::vector<int>(numbers)).sum() == total);
  REQUIRE(pt::into_parallel_iter(std::set<int>(list.begin(), list.end())).sum() == total);
  std::atomic<int> ran{0};
  pt::parallel_for(n, [&](int) { ++ran; });
  REQUIRE(ran == n);

  auto const p = [&] { return pt::parallel_iter(list); };
  REQUIRE(p().map([](int x) { return 2 * x; }).sum() == 2 * total);
  REQUIRE(p().inspect([&](int) { ++ran; }).count() == n);
  REQUIRE(pt::parallel_iter(numbers).update([](int& x) { ++x; }).sum() == total + n);
  REQUIRE(pt::parallel_iter(numbers).update([](int& x) { --x; }).sum() == total);
  REQUIRE(p().filter(is_even).count() == n / 2);
  REQUIRE(p().filter_map([](int x) { return is_even(x) ? std::optional<int>(x) : std::nullopt; }).count() == n / 2);
  REQUIRE(p().flat_map([](int x) { return std::vector<int>{x, x}; }).sum() == 2 * total);
  REQUIRE(p().map([](int x) { return std::vector<int>{x, x}; }).flatten().sum() == 2 * total);
  REQUIRE(p().copied().enumerate().all([](std::size_t i, int x) { return i == static_cast<std::size_t>(x); }));
  REQUIRE(p().enumerate().keys().sum() == std::size_t{total});
  REQUIRE(p().enumerate().values().sum() == total);
  REQUIRE(p().zip(numbers).map(plus).sum() == 2 * total);
  REQUIRE(p().zip_equal(numbers).map(plus).sum() == 2 * total);
  REQUIRE(p().chain(numbers).sum() == 2 * total);
  REQUIRE(p().reverse().find_first(is_even) == n - 2);
  REQUIRE(p().take(10).drop(2).stride(4).collect<std::vector>() == std::vector<int>{2, 6});
  REQUIRE(p().slice(3, 5).collect<std::vector>() == std::vector<int>{3, 4});
  REQUIRE(p().take_while([](int x) { return x != 20; }).count() == 20);
  REQUIRE(p().map_init([] { return 1; }, [](int& one, int x) { return x + one; }).sum() == total + n);
  REQUIRE(p().fold([] { return 0; }, plus).sum() == total);
  pt::RunReport report;
  REQUIRE(p().threads(2)
              .report(report)
              .steal_from(pt::Remaining{})
              .stop_token(NeverRaised{})
              .deadline(std::chrono::hours(1))
              .sum() == total);
  REQUIRE(report.items == n);
  REQUIRE((list | pt::parallel_iter | pt::filter(is_even) | pt::count()) == n / 2);
  return 0;
}

int terminals(std::vector<int> const& numbers) {
  auto const p = [&] { return pt::parallel_iter(numbers); };
  std::atomic<int> ran{0};
  p().for_each([&](int) { ++ran; });
  REQUIRE(ran == n);
  int next = 0;
  p().for_each_ordered([&](int x) { next += x == next ? 1 : 0; }, 16);
  REQUIRE(next == n);
  REQUIRE(!p().try_for_each([](int x) { return x < 500; }));
  REQUIRE(p().collect<std::vector>() == numbers);
  REQUIRE(p().to<std::vector>() == numbers);
  REQUIRE(p().filter(is_even).collect<std::list>().size() == n / 2);
  REQUIRE(p().collect<pt::buffer>().size() == n);
  REQUIRE(p().map([](int x) { return std::pair(x / 2, x); }).collect<std::map<int, int>>().size() == n / 2);
  REQUIRE(p().map([](int) { return std::string("ab"); }).collect<std::string>().size() == 2 * n);
  std::vector<int> into;
  p().collect_into(into);
  REQUIRE(into == numbers);
  p().append_to(into);
  REQUIRE(into.size() == 2 * n);
  std::set<int> set{-1};
  p().append_to(set);
  REQUIRE(set.size() == n + 1);
  into.resize(n);
  p().reverse().collect_into(std::span<int>(into));
  REQUIRE(into.back() == 0);
  REQUIRE(p().reduce(1, plus) == total + 1);
  REQUIRE(p().reduce(plus) == total);
  REQUIRE(p().sum<double>() == total);
  REQUIRE(p().take(0).product() == 1);
  REQUIRE(p().mean() == (n - 1) / 2.0);
  REQUIRE(p().count() == n);
  REQUIRE(p().count_if(is_even) == n / 2);
  REQUIRE(p().size() == n);
  REQUIRE((p().min)() == 0);
  REQUIRE((p().max)() == n - 1);
  REQUIRE(p().minmax() == std::pair(0, n - 1));
  REQUIRE(p().min_by_key([](int x) { return -x; }) == n - 1);
  REQUIRE(p().max_by_key([](int x) { return -x; }) == 0);
  REQUIRE(p().minmax_by_key([](int x) { return -x; }) == std::pair(n - 1, 0));
  REQUIRE(p().any(is_even) && !p().all(is_even) && !p().none(is_even));
  REQUIRE(p().contains(700));
  REQUIRE(is_even(p().find_any(is_even).value_or(1)));
  REQUIRE(p().find_first([](int x) { return x > 500; }) == 501);
  REQUIRE(p().partition(is_even).first.size() == n / 2);
  REQUIRE(p().map([](int x) { return std::pair(x, 2 * x); }).unzip().second.back() == 2 * (n - 1));
  return 0;
}

}  // namespace

int main() {
  std::vector<int> numbers;
  for (int i = 0; i != n; ++i) numbers.push_back(i);
  std::list<int> const list(numbers.begin(), numbers.end());
  for (bool const shared : {false, true}) {
    pt::Options options;
    options.cores = shared ? 4 : 1;
    pt::set_options(options);
    auto& costs = pt::detail::thread_manager.costs;  // all that may be shared is shared at once
    if (shared) costs.tiny = costs.wake = costs.start = costs.least_shared = -1;
    if (shared) costs.probe = 0;
    if (sources_and_stages(numbers, list) != 0 || terminals(numbers) != 0) return 1;
  }
  pt::shutdown();
}
