// Items that are pairs of pairs: every operation that takes a closure hands it the innermost parts.
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace {

constexpr int n = 1000;

struct Numbers {
  std::vector<int> a = pt::indices(n).collect<std::vector>();
  std::vector<long> b = pt::indices(n).map([](int i) { return 2L * i; }).collect<std::vector>();
  auto numbered() const { return pt::parallel_iter(a).zip(b).enumerate(); }  // (i, (a, b))
};

long flat(std::size_t i, int a, long b) { return static_cast<long>(i) + a + b; }
bool big(std::size_t i, int a, long b) { return flat(i, a, b) >= 2000; }

}  // namespace

TEST_CASE("stages hand their closures the innermost parts of nested items") {
  Numbers const x;
  long const all = 4L * n * (n - 1) / 2;
  CHECK(x.numbered().map(flat).sum() == all);
  CHECK(x.numbered().map(&flat).sum() == all);
  CHECK(x.numbered().filter(big).count() == n / 2);
  CHECK(x.numbered().take_while([](std::size_t i, int, long) { return i < 10; }).count() == 10);
  CHECK(x.numbered()
            .filter_map([](std::size_t i, int, long b) { return i < 3 ? std::optional(b) : std::nullopt; })
            .sum() == 6);
  CHECK(x.numbered()
            .flat_map([](std::size_t, int a, long b) {
              return std::vector<long>{a, b};
            })
            .sum() == 3L * n * (n - 1) / 2);
  CHECK(x.numbered().map_init([] { return 1L; }, [](long& one, std::size_t, int a, long) { return a * one; }).sum() ==
        n * (n - 1) / 2);
  CHECK(x.numbered()
            .fold([] { return 0L; }, [](long& sum, std::size_t i, int a, long b) { sum += flat(i, a, b); })
            .sum() == all);
  CHECK(x.numbered()
            .fold([] { return 0L; }, [](long sum, std::size_t i, int a, long b) { return sum + flat(i, a, b); })
            .sum() == all);
  pt::parallel_iter(x.a)
      .enumerate()
      .zip(x.b)
      .inspect([](std::size_t i, int a, long b) {
        if (flat(i, a, b) < 0) throw a;
      })
      .for_each([](std::size_t, int, long) {});

  std::vector<int> c(n);
  pt::parallel_iter(c)
      .zip(x.a)
      .enumerate()
      .update([](std::size_t i, int& to, int from) { to = from + static_cast<int>(i); })
      .for_each([](std::size_t, int, int) {});
  CHECK(c[n - 1] == 2 * (n - 1));
}

TEST_CASE("terminals hand their closures the innermost parts of nested items") {
  Numbers const x;
  std::vector<long> out(n);
  pt::parallel_iter(out).zip(x.a).enumerate().for_each([](std::size_t i, long& to, int a) {
    to = a + static_cast<long>(i);
  });
  CHECK(out[10] == 20);
  std::vector<long> ordered;
  x.numbered().for_each_ordered([&ordered](std::size_t i, int a, long b) { ordered.push_back(flat(i, a, b)); });
  CHECK(ordered.size() == n);
  CHECK(ordered[7] == 28);
  CHECK_FALSE(x.numbered().try_for_each([](std::size_t i, int, long) { return i < 5; }));
  CHECK(x.numbered().count_if(big) == n / 2);
  CHECK(x.numbered().any(big));
  CHECK_FALSE(x.numbered().all(big));
  CHECK_FALSE(x.numbered().none(big));
  CHECK(x.numbered().find_first(big)->first == 500);
  CHECK(x.numbered().find_any(big)->first >= 500);
  CHECK(x.numbered().partition(big).first.size() == n / 2);
  CHECK(x.numbered().max_by_key(flat)->first == n - 1);
  CHECK(x.numbered().min_by_key(flat)->first == 0);
  CHECK(x.numbered().minmax_by_key(flat)->second.first == n - 1);
}

TEST_CASE("a zip of zips and a pair of the user's own are flat, too, and the pipe says the same") {
  Numbers const x;
  std::vector<std::pair<int, int>> const pairs(n, {1, 2});
  CHECK(pt::parallel_iter(x.a)
            .zip(pt::parallel_iter(x.a).zip(x.b))
            .map([](int a, int b, long c) { return a + b + c; })
            .sum() == 4L * n * (n - 1) / 2);
  CHECK(pt::parallel_iter(pairs).enumerate().map([](std::size_t, int a, int b) { return a + b; }).sum() == 3 * n);
  CHECK((x.a | pt::parallel_iter | pt::zip(x.b) | pt::enumerate() | pt::map(flat) | pt::sum()) == 4L * n * (n - 1) / 2);
}
