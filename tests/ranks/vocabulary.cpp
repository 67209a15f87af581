// Stages, terminals and sources on ranks against the same without: those that ranks.cpp and operations.cpp have not.
#include "ranks/check.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace ranks;

/// A pipeline behind `.on(w)`, and without.
#define SAME(...)                                                                    \
  do {                                                                               \
    auto const range = numbers(3001);                                                \
    auto const run = [&](auto pipeline) { return std::move(pipeline).__VA_ARGS__; }; \
    MUST(run(pt::parallel_iter(range).on(w)) == run(pt::parallel_iter(range)));      \
  } while (false)

auto const digit = [](int const& x) { return x % 10; };
auto const text = [](int const& x) { return std::to_string(x); };

RANKS_CHECK("stages that change how many items there are") {
  auto const half = [](int const& x) { return x % 2 == 0 ? std::optional(x / 2) : std::nullopt; };
  auto const some = [](int const& x) { return std::vector<int>(static_cast<std::size_t>(x % 3), x); };
  SAME(filter_map(half).template collect<std::vector>());
  SAME(flat_map(some).template collect<std::vector>());
  SAME(map(some).flatten().sum());
  SAME(drop_while([](int const& x) { return x < 9000; }).template collect<std::vector>());
  SAME(map_while([](int const& x) { return x < 9990 ? std::optional(x) : std::nullopt; }).count());
  SAME(positions(odd).template collect<std::vector>());
  SAME(copied().intersperse(7).template collect<std::vector>());
  SAME(copied().interleave(numbers(100)).template collect<std::vector>());
  SAME(slice(10, 2000).template collect<std::vector>());
  SAME(template cast<long>().sum());
  SAME(zip_equal(numbers(3001)).map([](int a, int b) { return a + b; }).sum());
  SAME(inspect([](int) {}).count());
  SAME(fold_chunks(
           10, [] { return 0L; }, [](long a, int b) { return a + b; })
           .template collect<std::vector>());
  SAME(enumerate().template elements<0>().sum());
  SAME(with_context([] { return 1; }, [](int) { return 0; }).sum());
}

RANKS_CHECK("scans and folds that may fail") {
  SAME(inclusive_scan(std::plus<>()).template collect<std::vector>());
  SAME(map([](int const& x) { return x / 7; }).inclusive_scan(std::plus<>(), 5).max());
  SAME(exclusive_scan(1L, std::plus<>()).filter([](long x) { return x % 2 == 0; }).template collect<std::vector>());
  auto const add = [](long sum, int x) { return x >= 0 ? std::optional(sum + x) : std::nullopt; };
  auto const join = [](long a, long b) { return std::optional(a + b); };
  SAME(try_fold([] { return 0L; }, add).try_reduce(0L, join));
}

RANKS_CHECK("sources") {
  MUST(pt::indices2(30, 40).on(w).count() == 1200);
  std::vector<int> const small{1, 2, 3};
  auto const sum = [](int a, int b) { return a + b; };
  MUST(pt::cartesian_product(small, small).on(w).map(sum).collect<std::vector>() ==
       pt::cartesian_product(small, small).map(sum).collect<std::vector>());
  MUST(pt::repeat_n(3, 50).on(w).sum() == 150 && pt::once(7).on(w).sum() == 7 && pt::empty<int>().on(w).count() == 0);
  std::string const page = "one two\nthree\n\nfour";
  MUST(pt::lines(page).on(w).map([](auto line) { return line.size(); }).collect<std::vector>() ==
       pt::lines(page).map([](auto line) { return line.size(); }).collect<std::vector>());
  auto const children = [](int const& n) { return n < 100 ? std::vector<int>{3 * n, 3 * n + 1} : std::vector<int>(); };
  MUST(pt::walk_tree(1, children).on(w).sum() == pt::walk_tree(1, children).sum());
}

RANKS_CHECK("terminals with a value for each thread, or several results") {
  std::atomic<int> calls{0};
  auto const v = numbers(3001);
  pt::parallel_iter(v).on(w).for_each_init([] { return 0; }, [&calls](int&, int) { ++calls; });
  MUST(w.all_reduce(calls.load(), std::plus<>()) == 3001);
  SAME(try_for_each_init([] { return 0; }, [](int&, int x) { return x >= 0; }));
  auto const sided = [](int const& x) { return x % 3 == 0 ? std::variant<int, std::string>(x) : std::to_string(x); };
  SAME(partition_map(sided));
  std::vector<std::size_t> places;
  std::vector<int> values;
  pt::parallel_iter(v).on(w).enumerate().unzip_into(places, values);
  MUST(values == v && places.size() == v.size() && places.back() == v.size() - 1);
  std::vector<int> joined;  // how it is cut depends on the run
  for (auto const& segment : pt::parallel_iter(v).on(w).filter(odd).collect_segments()) {
    joined.insert(joined.end(), segment.begin(), segment.end());
  }
  MUST(joined == pt::parallel_iter(v).filter(odd).collect<std::vector>());
  SAME(largest(9));
  SAME(top_k(9, std::less<>()));
  SAME(minmax_by_key(digit));
  SAME(map(text).max_by_key([](std::string const& s) { return s.size(); }));
  SAME(find_map_any([](int const& x) { return x == 13 ? std::optional(x) : std::nullopt; }));
  SAME(position_any([](int const& x) { return x == 13; }));
  SAME(map(text).template to<std::vector<std::string>>());
  SAME(template collect<std::vector>());
}

}  // namespace
