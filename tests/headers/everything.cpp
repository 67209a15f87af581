// Every source, stage and terminal once, in a program built without exceptions and RTTI; by one thread, and by many.
#include "foreign_macros.hpp"

#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>
#include <parallel_task/parallel_task.hpp>

#include "no_foreign_macros.hpp"

#include <atomic>
#include <cstdio>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <source_location>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "build this with -fno-exceptions -fno-rtti"
#endif

#define REQUIRE(...) \
  if (!(__VA_ARGS__)) return std::printf("line %d: " #__VA_ARGS__ "\n", __LINE__), 1

namespace {

/// A place for `on` that is no other than here.
struct Here {
  static constexpr bool at_root_alone = false;
  template <class S, class T>
  auto run(S& source, T& end, pt::Settings const& settings) const {
    return pt::detail::run_terminal(source, end, settings);
  }
  friend Here place_of(Here here, std::source_location const&) { return here; }
};

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

  std::string const text = "to be\nor not";
  REQUIRE(pt::chunk(numbers, 7).map([](auto part) { return part.size(); }).sum() == std::size_t{n});
  REQUIRE(pt::chunk_exact(list, 7).count() == n / 7);
  REQUIRE(pt::slide(numbers, 7).count() == n - 6);
  REQUIRE(pt::adjacent<2>(numbers).all([](int x, int y) { return x + 1 == y; }));
  REQUIRE(pt::chunk_by(numbers, [](int x, int y) { return x / 10 == y / 10; }).count() == n / 10);
  REQUIRE(pt::split(numbers, is_even).count() == n / 2 + 1);
  REQUIRE(pt::split_after(list, is_even).count() == n / 2 + 1);
  REQUIRE(pt::lines(text).count() == 2 && pt::words(text).count() == 4);
  REQUIRE(pt::split(text, "o").count() == 4 && pt::find_all(text, 'o').sum() == 1 + 6 + 10);
  auto const next = [](int x) { return std::vector<int>(x == 0 ? 0U : 1U, x - 1); };
  REQUIRE(pt::walk_tree(9, next).count() == 10 && pt::walk_tree_prefix(9, next).count() == 10);
  REQUIRE(pt::walk_tree_postfix(9, next).find_first([](int) { return true; }) == 0);
  std::atomic<int> met{0};
  pt::for_each_growing(list, [&met](int x, pt::Feeder<int>& feeder) {
    ++met;
    if (x < 5) feeder.add(x + 5);
  });
  REQUIRE(met == n + 5);
  REQUIRE(pt::indices2(3, n).map(plus).count() == 3 * n);
  REQUIRE(pt::indices3(3, 2, n).count() == 6 * n);
  REQUIRE(pt::cartesian_product(list, numbers).take_any(10).count() == 10);
  REQUIRE(pt::repeat_n(1, n).chain(pt::once(1)).chain(pt::empty<int>()).sum() == n + 1);

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
  REQUIRE(p().intersperse(1).sum() == total + n - 1);
  REQUIRE(p().take_while([](int x) { return x != 20; }).count() == 20);
  REQUIRE(p().map_while([](int x) { return x != 20 ? std::optional<int>(x) : std::nullopt; }).count() == 20);
  REQUIRE(p().drop_while([](int x) { return x < 20; }).count() == n - 20);
  REQUIRE(p().inclusive_scan([](int x, int y) { return x ^ y; }).count() == n);
  REQUIRE(p().exclusive_scan(0, [](int x, int y) { return x ^ y; }).count() == n);
  REQUIRE(p().chunk(7).count() == (n + 6) / 7);
  REQUIRE(p().fold_chunks(
                 7, [] { return 0; }, plus)
              .sum() == total);
  REQUIRE(p().interleave(numbers).sum() == 2 * total);
  REQUIRE(p().positions(is_even).count() == n / 2);
  REQUIRE(p().cast<double>().sum() == total);
  REQUIRE(p().enumerate().elements<1>().sum() == total);
  REQUIRE(p().map_init(pt::per_thread([] { return 1; }), [](int& one, int x) { return x + one; }).sum() == total + n);
  REQUIRE(p().map_init([] { return 1; }, [](int& one, int x) { return x + one; }).sum() == total + n);
  REQUIRE(p().fold([] { return 0; }, plus).sum() == total);
  REQUIRE(p().then(pt::filter(is_even)).count() == n / 2);
  pt::RunReport report;
  pt::Trace trace;
  int told = 0;
  REQUIRE(p().threads(2)
              .report(report)
              .trace(trace)
              .progress([&](pt::Progress const&) { ++told; })
              .max_len(10)
              .min_len(5)
              .steal_from(pt::Remaining{})
              .with_context([] { return 1; }, [](int) {})
              .stop_token(NeverRaised{})
              .deadline(std::chrono::hours(1))
              .sum() == total);
  REQUIRE(report.items == n);
  REQUIRE(told > 0);
  REQUIRE((list | pt::parallel_iter | pt::filter(is_even) | pt::count()) == n / 2);
  return 0;
}

int terminals(std::vector<int> const& numbers) {
  auto const p = [&] { return pt::parallel_iter(numbers); };
  std::atomic<int> ran{0};
  p().for_each([&](int) { ++ran; });
  REQUIRE(ran == n);
  p().for_each_init([] { return 1; }, [&](int& one, int) { ran -= one; });
  REQUIRE(ran == 0);
  REQUIRE(!p().try_for_each_init([] { return 1; }, [](int& one, int x) { return x * one < 500; }));
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
  REQUIRE(p().position_first([](int x) { return x > 500; }) == 501U);
  auto const maybe = [](int x) { return std::optional<int>(x); };
  auto const maybe_plus = [](int a, int b) { return std::optional<int>(a + b); };
  REQUIRE(p().map(maybe).try_reduce(1, maybe_plus) == total + 1);
  REQUIRE(p().map(maybe).try_reduce(maybe_plus)->value_or(0) == total);
  REQUIRE(p().try_fold([] { return 0; }, maybe_plus).try_reduce(0, plus) == total);
  REQUIRE(p().map(maybe).try_collect<std::vector>() == numbers);
  REQUIRE(p().aggregate([] { return 0; }, plus, plus) == total);
  REQUIRE(p().map([](int x) { return is_even(x) ? 'a' : 'b'; }).join_with('-').size() == 2 * n - 1);
  REQUIRE(p().partition_map([](int x) { return x < 9 ? std::variant<int, char>(x) : 'c'; }).first.size() == 9);
  std::vector<int> doubled;
  p().map([](int x) { return std::pair(x, 2 * x); }).unzip_into(into, doubled);
  REQUIRE(into == numbers && doubled.back() == 2 * (n - 1));
  REQUIRE(!p().collect_segments().empty());
  auto const by_7 = [](int x) { return x % 7; };
  REQUIRE(p().group_by(by_7).at(3).front() == 3);
  REQUIRE(p().count_by(by_7).size() == 7);
  REQUIRE(p().to_map(
                 by_7, [](int) { return 1; }, plus)
              .find(6)
              ->second == n / 7);
  REQUIRE(p().distinct() == numbers && p().map(by_7).distinct().size() == 7);
  REQUIRE(p().histogram(n).size() == n && p().histogram(7, by_7)[0] == 143);
  REQUIRE(p().map([](int x) { return std::pair(is_even(x), x); }).collect<std::map>(plus).size() == 2);
  REQUIRE(p().smallest(3).back() == 2 && p().largest(3).back() == n - 3 && p().top_k(3) == p().largest(3));
  REQUIRE(p().map([](int x) { return 0.5 * x; }).deterministic().sum() == total / 2.0);
  auto const late = [](int x) { return x > 500; };
  auto const half = [](int x) { return is_even(x) ? std::optional<int>(x / 2) : std::nullopt; };
  REQUIRE(p().find_last(is_even) == n - 2);
  REQUIRE(p().filter(late).find_last(is_even) == n - 2);
  REQUIRE(p().find_map_first(half) == 0 && p().find_map_last(half) == n / 2 - 1 && p().find_map_any(half));
  REQUIRE(p().position_last(is_even) == std::size_t{n - 2} && p().position_any(late));
  REQUIRE(p().first() == 0 && p().last() == n - 1 && p().nth(7) == 7);
  REQUIRE(p().is_sorted() && !p().is_partitioned(late));
  REQUIRE(p().equal(numbers) && p().compare(pt::indices(n)) == 0);
  REQUIRE(p().equal(numbers, std::equal_to<>()) && p().compare(pt::indices(n), std::less<>()) == 0);
  REQUIRE(p().partition(is_even).first.size() == n / 2);
  REQUIRE(p().on(Here()).filter(is_even).count() == n / 2 && *p().on(Here()).find_last(is_even) == n - 2);
  REQUIRE(pt::indices(n).async().sum().get() == total && pt::indices(n).on([](pt::HostWork) {}).sum() == total);
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
