// The code of docs/cookbook.md and faq.md: see tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace {

std::vector<int> some_integers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<int>(i * 7919 % 10'007);
  return all;
}

}  // namespace

TEST_CASE("cookbook: outputs that nobody shares") {
  std::vector<double> samples{1, 4, 9, 16};
  // cut: in_place
  pt::for_each(samples, [](double& x) { x = std::sqrt(x); });
  // end
  REQUIRE(samples == std::vector<double>{1, 2, 3, 4});

  // cut: other_range
  std::vector<double> doubled(samples.size());
  pt::parallel_iter(samples).zip(doubled).for_each([](double x, double& y) {
    y = 2 * x;
  });
  // end
  REQUIRE(doubled == std::vector<double>{2, 4, 6, 8});

  // cut: two_outputs
  auto const [whole, rest] =
      pt::parallel_iter(samples)
          .map([](double x) {
            double const half = x / 2;
            return std::pair(std::floor(half), half - std::floor(half));
          })
          .unzip();
  // end
  REQUIRE(whole == std::vector<double>{0, 1, 1, 2});
  REQUIRE(rest == std::vector<double>{0.5, 0, 0.5, 0});
}

TEST_CASE("cookbook: a histogram") {
  std::vector<int> const values = some_integers(20'000);
  // cut: histogram
  using Bins = std::array<std::size_t, 16>;
  auto const count = [](Bins& bins, int value) {
    ++bins[static_cast<std::size_t>(value) % 16];
  };
  auto const add = [](Bins left, Bins const& right) {
    for (std::size_t i = 0; i < left.size(); ++i) left[i] += right[i];
    return left;
  };
  Bins const histogram =
      pt::parallel_iter(values).fold([] { return Bins{}; }, count).reduce(Bins{}, add);
  // end
  REQUIRE(std::accumulate(histogram.begin(), histogram.end(), std::size_t{0}) ==
          values.size());
}

TEST_CASE("cookbook: the ten largest") {
  std::vector<int> const values = some_integers(20'000);
  // cut: top_k
  std::vector<int> const largest =
      pt::parallel_iter(values).top_k(10);  // in this order
  // end
  std::vector<int> sorted = values;
  std::ranges::sort(sorted, std::greater());
  sorted.resize(10);
  REQUIRE(largest == sorted);
}

TEST_CASE("cookbook: groups") {
  std::vector<std::string> const names{"Ada",    "Alan",  "Barbara",
                                       "Edsger", "Anita", "Bjarne"};
  // cut: group_by
  auto const initial = [](std::string const& name) { return name.front(); };
  auto const by_initial = pt::parallel_iter(names).group_by(initial);
  std::vector<std::string> const with_a = by_initial.at('A');
  auto const how_many = pt::parallel_iter(names).count_by(initial).to<std::map>();
  // end
  REQUIRE(with_a == std::vector<std::string>{"Ada", "Alan", "Anita"});
  REQUIRE(how_many.at('B') == 2);

  std::vector<int> const values{3, 1, 3, 2, 1};
  // cut: distinct
  auto const distinct = pt::parallel_iter(values).distinct();  // 3, 1, 2
  // end
  REQUIRE(distinct == std::vector<int>{3, 1, 2});
}

TEST_CASE("cookbook: chunks") {
  std::vector<int> const values = some_integers(1'000);
  // cut: chunks
  auto const largest_of_each =
      pt::chunk(values, 64)
          .map([](std::span<int const> part) { return std::ranges::max(part); })
          .collect<std::vector>();
  // end
  REQUIRE(largest_of_each.size() == 16);
  REQUIRE(std::ranges::max(largest_of_each) == std::ranges::max(values));
}

TEST_CASE("cookbook: lines") {
  std::istringstream file("10\n20\n\n30\n");
  // cut: lines
  struct Lines {
    std::istream& in;
    std::optional<std::string> next() {
      std::string line;
      if (!std::getline(in, line)) return std::nullopt;
      return line;
    }
  };
  auto const total = pt::par_bridge(Lines{file})
                         .filter([](std::string const& line) { return !line.empty(); })
                         .map([](std::string const& line) { return std::stol(line); })
                         .sum();
  // end
  REQUIRE(total == 60);
}

TEST_CASE("cookbook: random numbers that repeat") {
  // cut: random
  // SplitMix64: a number for each pair of seed and position, so nothing is shared
  // and nothing depends on which thread computes it.
  auto const random = [](std::uint64_t seed, std::uint64_t position) {
    std::uint64_t x = seed + (position + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;  // 0 <= … < 1
  };
  std::size_t const darts = 100'000;
  auto const hits = pt::indices(darts).count_if([=](std::size_t i) {
    return std::hypot(random(1, 2 * i), random(1, 2 * i + 1)) < 1;
  });
  double const pi = 4.0 * static_cast<double>(hits) / static_cast<double>(darts);
  // end
  REQUIRE(std::abs(pi - 3.14159) < 0.02);
  auto const alone = pt::indices(darts).threads(1).count_if([=](std::size_t i) {
    return std::hypot(random(1, 2 * i), random(1, 2 * i + 1)) < 1;
  });
  REQUIRE(hits == alone);
}

TEST_CASE("cookbook: early exit") {
  std::vector<int> const values = some_integers(20'000);
  // cut: early_exit
  bool const has_zero = pt::parallel_iter(values).contains(0);
  std::optional<int> const any_large =
      pt::parallel_iter(values).find_any([](int v) { return v > 9'000; });
  std::optional<int> const first_large =
      pt::parallel_iter(values).find_first([](int v) { return v > 9'000; });
  auto const beginning = pt::parallel_iter(values)
                             .take_while([](int v) { return v < 9'000; })
                             .collect<std::vector>();
  // end
  REQUIRE(has_zero);
  REQUIRE(any_large > 9'000);
  auto const first = std::ranges::find_if(values, [](int v) { return v > 9'000; });
  REQUIRE(first_large == *first);
  REQUIRE(beginning == std::vector<int>(values.begin(), first));

  // cut: position
  auto const large =
      pt::parallel_iter(values).position_first([](int v) { return v > 9'000; });
  std::size_t const where = large.value_or(values.size());
  // end
  REQUIRE(where == beginning.size());
}

TEST_CASE("cookbook: what was done by the deadline") {
  using namespace std::chrono_literals;
  std::vector<int> const values = some_integers(100'000);
  auto const slow = [](int v) {
    std::this_thread::sleep_for(1ms);
    return v;
  };
  // cut: partial
  std::vector<std::optional<int>> done(values.size());
  try {
    pt::parallel_iter(values).zip(done).deadline(30ms).for_each(
        [&](int value, std::optional<int>& result) { result = slow(value); });
  } catch (pt::cancelled const&) {
    // No thread is using `done` any more, and every result in it is complete.
  }
  // end
  auto const there =
      std::ranges::count_if(done, [](auto const& d) { return d.has_value(); });
  REQUIRE(there < 100'000);
}

TEST_CASE("cookbook: a stop button") {
  std::atomic<int> ran = 0;
  auto const work = [&](int) { ++ran; };
  std::vector<int> const values = some_integers(1'000);
  // cut: own_token
  struct Button {
    std::atomic<bool> const* pressed;
    bool stop_requested() const { return pressed->load(std::memory_order_relaxed); }
  };
  std::atomic<bool> pressed = false;  // set it to end the run
  pt::parallel_iter(values).stop_token(Button{&pressed}).for_each(work);
  // end
  REQUIRE(ran == 1'000);
  pressed = true;
  auto pipeline = pt::parallel_iter(values).stop_token(Button{&pressed});
  REQUIRE_THROWS_AS(std::move(pipeline).count(), pt::cancelled);
}

namespace {

// cut: log_ids
thread_local std::string request;  // what each line of the log begins with
struct RequestAs {
  std::string before;
  explicit RequestAs(std::string id) : before(std::exchange(request, std::move(id))) {}
  RequestAs(RequestAs const&) = delete;
  RequestAs& operator=(RequestAs const&) = delete;
  ~RequestAs() { request = std::move(before); }
};
auto const as_here =
    pt::with_context([] { return request; },
                     [](std::string const& id) { return RequestAs(id); });
// end

}  // namespace

TEST_CASE("cookbook: a log id") {
  std::atomic<int> lines = 0;
  auto const log_line = [&lines](std::string const& id, int) { lines += id == "r1"; };
  RequestAs const first("r1");
  std::vector<int> const values(1'000);
  // cut: log_ids_used
  pt::for_each(pt::with(as_here), values, [&](int value) { log_line(request, value); });
  // end
  REQUIRE(lines == 1'000);
}

TEST_CASE("cookbook: progress") {
  std::vector<int> const values = some_integers(1'000);
  std::ostringstream terminal;
  auto const work = [](int) {};
  // cut: progress
  pt::parallel_iter(values)
      .progress([&](pt::Progress const& p) {
        terminal << p.done << " of " << p.total.value_or(0) << '\n';
      })
      .for_each(work);
  // end
  REQUIRE(terminal.str().ends_with("1000 of 1000\n"));
}

TEST_CASE("cookbook: a matrix") {
  std::size_t const n = 24;
  std::vector<double> const a(n * n, 2.0);
  std::vector<double> const b(n * n, 3.0);
  // cut: matrix
  std::vector<double> c(n * n);
  pt::parallel_for(n, [&](std::size_t row) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t column = 0; column < n; ++column) {
        c[row * n + column] += a[row * n + k] * b[k * n + column];
      }
    }
  });
  // end
  REQUIRE(c == std::vector<double>(n * n, 6.0 * n));
}

TEST_CASE("cookbook: nested calls") {
  std::vector<std::vector<int>> const rows(20, some_integers(100));
  // cut: nested
  std::vector<std::int64_t> const sums =
      pt::parallel_iter(rows)
          .map([](std::vector<int> const& row) { return pt::parallel_iter(row).sum(); })
          .collect<std::vector>();
  // end
  REQUIRE(sums.size() == 20);
  REQUIRE(sums[7] == std::accumulate(rows[7].begin(), rows[7].end(), std::int64_t{0}));
}

TEST_CASE("cookbook: several things at once") {
  std::vector<int> const values = some_integers(1'000);
  // cut: several
  long sum = 0;
  std::optional<int> largest;
  std::array<std::function<void()>, 2> const tasks{
      [&] { sum = std::reduce(values.begin(), values.end(), 0L); },
      [&] { largest = pt::parallel_iter(values).max(); },
  };
  pt::for_each(tasks, [](auto const& task) { task(); });
  // end
  REQUIRE(sum > 0);
  REQUIRE(largest == std::ranges::max(values));
}

TEST_CASE("cookbook: all errors") {
  std::vector<std::string> const texts{"1", "two", "3", "four"};
  // cut: all_errors
  auto const read = [](std::string const& text) -> std::optional<std::string> {
    if (text.find_first_not_of("0123456789") == std::string::npos) return std::nullopt;
    return "not a number: " + text;
  };
  auto const complaints =
      pt::parallel_iter(texts).filter_map(read).collect<std::vector>();
  // end
  REQUIRE(complaints ==
          std::vector<std::string>{"not a number: two", "not a number: four"});

  // cut: good_and_bad
  auto const [good, bad] = pt::parallel_iter(texts).partition([](std::string const& t) {
    return t.find_first_not_of("0123456789") == std::string::npos;
  });
  // end
  REQUIRE(good == std::vector<std::string>{"1", "3"});
  REQUIRE(bad == std::vector<std::string>{"two", "four"});
}

TEST_CASE("cookbook: where the smallest is") {
  std::vector<double> const heights{3.5, 1.25, 2.0};
  // cut: smallest_at
  auto const lowest =
      pt::parallel_iter(heights).enumerate().min_by_key([](std::size_t, double height) {
        return height;
      });
  // end
  REQUIRE(lowest->first == 1);
}

// ---- docs/faq.md
// -----------------------------------------------------------------------------------------------------

TEST_CASE("faq: a lock held around a nested call") {
  std::vector<std::vector<int>> const rows(50, some_integers(100));
  // cut: lock
  std::mutex mutex;
  long total = 0;
  pt::for_each(rows, [&](std::vector<int> const& row) {
    std::lock_guard const lock(mutex);
    total += pt::parallel_iter(row).sum();
  });
  // end
  REQUIRE(total == 50 * std::accumulate(rows[0].begin(), rows[0].end(), 0L));
}

TEST_CASE("faq: a sum of floating-point numbers that is the same each time") {
  std::vector<double> numbers(20'000);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = 1.0 / static_cast<double>(i + 1);
  auto const sum_of = [&](std::uint32_t threads) {
    pt::thread_limit const limit(threads);
    // cut: same_sum
    double const sum = pt::parallel_iter(numbers).deterministic().sum();
    // end
    return sum;
  };
  REQUIRE(sum_of(1) == sum_of(4));
}
