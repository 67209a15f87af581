// "Ours" in the tables of docs/from-*.md: docs/cut.sh looks for the code of each
// row here. Few types, many uses: what counts is that it compiles and does what the
// row says.
#include "catch.hpp"

#include <parallel_task/algorithm.hpp>
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

using Ints = std::vector<int>;

Ints const v = [] {
  Ints all(1'000);
  std::iota(all.begin(), all.end(), 0);
  return all;
}();
auto const f = [](int x) { return 2 * x; };
auto const p = [](int x) { return x >= 10; };
auto const op = [](int a, int b) { return a + b; };
auto const plus = [](long a, long b) { return a + b; };
auto const touch = [](int) {};

struct Countdown {
  int left = 100;
  std::optional<int> next() { return left == 0 ? std::nullopt : std::optional(left--); }
};
struct Token {
  [[nodiscard]] bool stop_requested() const { return false; }
};

}  // namespace

TEST_CASE("migration: sources") {
  Ints w = v;
  int const n = 1'000;
  REQUIRE(pt::parallel_iter(v).count() == 1'000);
  pt::parallel_iter(w).for_each([](int& x) { ++x; });
  REQUIRE(w[0] == 1);
  pt::for_each(w, [](int& x) { --x; });
  REQUIRE(w == v);
  REQUIRE(pt::into_parallel_iter(std::move(w)).count() == 1'000);
  w = v;
  REQUIRE(pt::into_parallel_iter(std::exchange(w, {})).count() == 1'000);
  REQUIRE(w.empty());
  w = v;
  REQUIRE(pt::parallel_iter(v).zip(v, w).count() == 1'000);
  std::string const text = "bytes";
  REQUIRE(pt::parallel_iter(text).count() == 5);
  REQUIRE(pt::parallel_iter(text).enumerate().count() == 5);
  REQUIRE(pt::chunk(w, 8).count() == 125);
  REQUIRE(pt::chunk_exact(v, 8).count() == 125);
  REQUIRE(pt::slide(v, 8).count() == 993);
  REQUIRE(pt::adjacent<2>(v).count() == 999);
  REQUIRE(!pt::adjacent<2>(v).any(std::equal_to<int>()));
  REQUIRE(pt::chunk_by(v, std::equal_to<int>()).count() == 1'000);
  REQUIRE(pt::split(v, p).count() == 991);
  REQUIRE(pt::split_after(v, p).count() == 990);
  REQUIRE(pt::chunk(std::views::reverse(v), 8).count() == 125);
  REQUIRE(pt::chunk_exact(std::views::reverse(v), 8).count() == 125);
  REQUIRE(pt::lines(text).count() == 1);
  REQUIRE(pt::words(text).count() == 1);
  REQUIRE(pt::split(text, ',').count() == 1);
  REQUIRE(pt::split_after(text, [](char c) { return c == ','; }).count() == 1);
  REQUIRE(pt::split(text, ',')
              .filter([](std::string_view piece) { return !piece.empty(); })
              .count() == 1);
  REQUIRE(pt::find_all(text, "be").count() == 0);
  REQUIRE(pt::once(1).count() == 1);
  auto const below = [](int x) { return Ints(x == 0 ? 0U : 1U, x - 1); };
  REQUIRE(pt::walk_tree(10, below).count() == 11);
  REQUIRE(pt::walk_tree_prefix(10, below).count() == 11);
  REQUIRE(pt::walk_tree_postfix(10, below).count() == 11);
  pt::for_each_growing(v, [](int x, auto& feeder) {
    if (x == 1) feeder.add(2);
  });
  REQUIRE(pt::empty<int>().count() == 0);
  REQUIRE(pt::repeat_n(7, 10).count() == 10);
  REQUIRE(pt::repeat_n(7, v.size()).zip(v).count() == 1'000);
  REQUIRE(pt::indices(n).count() == 1'000);
  REQUIRE(pt::indices(10, n, 2).count() == 495);
  REQUIRE(pt::par_bridge(Countdown()).count() == 100);
  std::atomic<int> ran = 0;
  auto const body = [&](int) { ++ran; };
  pt::parallel_for(n, body);
  pt::parallel_for(10, n, body);
  REQUIRE(ran == 1'990);
  REQUIRE(pt::parallel_iter(std::ranges::subrange(v.begin() + 1, v.end())).count() ==
          999);
  REQUIRE(pt::parallel_iter(std::span(v).subspan(1)).count() == 999);
}

TEST_CASE("migration: text in UTF-8, a span for each code point") {
  std::string const text =
      "na\xC3\xAFve \xE2\x82\xAC";  // naive with two dots, and a euro
  auto const points = pt::chunk_by(text, [](char, char next) {
                        return (next & 0xC0) == 0x80;
                      }).map([](std::span<char const> point) {
                          return point.size();
                        }).collect<std::vector>();
  REQUIRE(points == std::vector<std::size_t>{1, 1, 2, 1, 1, 1, 3});
}

TEST_CASE("migration: what is halved until it is small") {
  struct Part {
    int first;
    int last;
  };
  int const n = 1'000;
  auto const is_small = [](Part part) { return part.last - part.first <= 64; };
  auto const halves = [&](Part part) {
    int const middle = part.first + (part.last - part.first) / 2;
    std::vector<Part> both{{part.first, middle}, {middle, part.last}};
    if (is_small(part)) both.clear();
    return both;
  };
  auto const firsts = pt::walk_tree_prefix(Part{0, 4'096}, halves)
                          .filter(is_small)
                          .map(&Part::first)
                          .collect<std::vector>();
  REQUIRE(firsts == pt::indices(0, 4'096, 64).collect<std::vector>());
  REQUIRE(pt::chunk(std::views::iota(0, n), 8).count() == 125);
}

TEST_CASE("migration: stages") {
  auto const iter = [] { return pt::parallel_iter(v); };
  auto const list = [](int x) { return Ints{x, x}; };
  auto const maybe = [](int x) { return x < 10 ? std::optional(x) : std::nullopt; };
  std::size_t const n = 10;
  REQUIRE(iter().map(f).sum() == 999'000);
  REQUIRE(iter().filter(p).count() == 990);
  REQUIRE(iter().filter_map(maybe).count() == 10);
  REQUIRE(iter().flat_map(list).count() == 2'000);
  REQUIRE(iter().map(list).flatten().count() == 2'000);
  REQUIRE(iter().enumerate().count() == 1'000);
  REQUIRE(iter().zip(v).count() == 1'000);
  REQUIRE(iter().zip_equal(v).count() == 1'000);
  REQUIRE(iter().chain(v).count() == 2'000);
  REQUIRE(iter().reverse().find_first(p) == 999);
  REQUIRE(iter().drop(n).count() == 990);
  REQUIRE(iter().take(n).count() == 10);
  REQUIRE(iter().stride(n).count() == 100);
  REQUIRE(iter().intersperse(7).count() == 1'999);
  REQUIRE(iter().max_len(4).count() == 1'000);
  REQUIRE(iter().min_len(4).count() == 1'000);
  REQUIRE(iter().take_any(7).count() == 7);
  REQUIRE(iter().drop_while(p).count() == 1'000);
  REQUIRE(iter().inclusive_scan(plus, 0L).count() == 1'000);
  REQUIRE(iter().positions(p).count() == 990);
  REQUIRE(iter().chunk(8).count() == 125);
  REQUIRE(iter()
              .fold_chunks(
                  8, [] { return 0L; }, plus)
              .sum() == 499'500);
  REQUIRE(iter().interleave(v).count() == 2'000);
  REQUIRE(iter()
              .zip(v)
              .map([](int x, int y) {
                return std::array{x, y};
              })
              .flatten()
              .count() == 2'000);
  REQUIRE(iter().map_while(maybe).count() == 10);
  REQUIRE(iter().copied().count() == 1'000);
  REQUIRE(iter().inspect(touch).count() == 1'000);
  REQUIRE(iter().take_while(std::not_fn(p)).count() == 10);
  REQUIRE(iter().take_while(p).count() == 0);
  REQUIRE(
      iter().enumerate().filter([](std::size_t, int x) { return p(x); }).keys().min() ==
      10);
  std::string const prefix = "x";
  auto const append = [](std::string& scratch, int x) {
    return scratch.size() + std::size_t(x);
  };
  REQUIRE(iter().map_init([] { return std::string("x"); }, append).sum() ==
          499'500 + 1'000);
  REQUIRE(iter().map_init([&] { return prefix; }, append).sum() == 499'500 + 1'000);
  iter().map_init([] { return std::string("x"); }, append).for_each([](std::size_t) {});
  iter().for_each_init([] { return std::string("x"); }, append);
  REQUIRE(!iter().try_for_each_init([] { return 7; },
                                    [](int& seven, int x) { return x != seven; }));
}

TEST_CASE("migration: terminals") {
  auto const iter = [] { return pt::parallel_iter(v); };
  auto const less = [](int a, int b) { return a < b; };
  auto const maybe = [](int x) { return x < 10 ? std::optional(x) : std::nullopt; };
  Ints out(v.size());
  iter().for_each(touch);
  REQUIRE(iter().reduce(0L, plus) == 499'500);
  REQUIRE(iter().reduce(op) == 499'500);
  REQUIRE(iter().fold([] { return 0L; }, plus).reduce(0L, plus) == 499'500);
  REQUIRE(iter().sum() == 499'500);
  REQUIRE(iter().take(5).product() == 0);
  REQUIRE(iter().count() == 1'000);
  REQUIRE(iter().count_if(p) == 990);
  REQUIRE(iter().count_if([](int x) { return x == 7; }) == 1);
  REQUIRE(iter().size() == 1'000);
  REQUIRE(iter().min() == 0);
  REQUIRE(iter().max(less) == 999);
  REQUIRE(iter().min(less) == 0);
  REQUIRE(iter().min_by_key(f) == 0);
  REQUIRE(iter().max_by_key(f) == 999);
  REQUIRE(iter().minmax()->second == 999);
  REQUIRE(iter().any(p));
  REQUIRE(!iter().all(p));
  REQUIRE(!iter().none(p));
  REQUIRE(iter().contains(7));
  REQUIRE(iter().find_any(p).has_value());
  REQUIRE(iter().find_first(p) == 10);
  REQUIRE(iter().reverse().find_first(p) == 999);
  REQUIRE(iter().position_first(p) == 10U);
  REQUIRE(iter().find_last(p) == 999);
  REQUIRE(iter().find_map_any(maybe).has_value());
  REQUIRE(iter().find_map_first(maybe) == 0);
  REQUIRE(iter().find_map_last(maybe) == 9);
  REQUIRE(iter().position_any(p).has_value());
  REQUIRE(iter().position_last(p) == 999U);
  REQUIRE(iter().equal(v));
  REQUIRE((iter().compare(v) == 0));
  REQUIRE(iter().is_sorted());
  REQUIRE(!iter().is_partitioned(p));
  REQUIRE(iter().collect<std::vector>() == v);
  iter().map(f).collect_into(out);
  REQUIRE(out[4] == 8);
  iter().append_to(out);
  REQUIRE(out.size() == 2'000);
  REQUIRE(iter().partition(p).first.size() == 990);
  REQUIRE(iter().enumerate().unzip().second == v);
  std::vector<std::size_t> places;
  iter().enumerate().unzip_into(places, out);
  REQUIRE(places[7] == 7);
  auto const either = [](int x) {
    return x < 10 ? std::variant<int, std::string>(x) : std::string("x");
  };
  REQUIRE(iter().partition_map(either).first.size() == 10);
  REQUIRE(!iter().collect_segments().empty());
  auto const maybe_plus = [](int a, int b) { return std::optional(a + b); };
  REQUIRE(iter().try_fold([] { return 0; }, maybe_plus).try_reduce(0, maybe_plus) ==
          499'500);
  REQUIRE(!iter().map(maybe).try_reduce(maybe_plus)->has_value());
  REQUIRE(!iter().map(maybe).try_collect<std::vector>());
  REQUIRE(iter().aggregate([] { return 0L; }, plus, plus) == 499'500);
  REQUIRE(iter().try_for_each([](int) { return true; }));
  auto const counts = iter().count_by([](int x) { return x % 3; });
  REQUIRE(counts.at(0) == 334);
  REQUIRE(iter().largest(3) == Ints{999, 998, 997});
  REQUIRE(iter().deterministic().sum() == 499'500);
}

TEST_CASE("migration: algorithms") {
  Ints out(v.size());
  Ints const w = v;
  pt::parallel_iter(v).zip(out).for_each([](int x, int& y) { y = f(x); });
  REQUIRE(out[7] == 14);
  pt::parallel_iter(v).zip(w).map(op).collect_into(out);
  REQUIRE(out[7] == 14);
  REQUIRE(pt::parallel_iter(v).zip(w).map(std::multiplies<long>()).sum() ==
          332'833'500);
  REQUIRE(pt::parallel_iter(v).filter(p).collect<std::vector>().size() == 990);
  pt::for_each(out, [](int& x) { x = 7; });
  REQUIRE(out[999] == 7);
  pt::parallel_iter(out).enumerate().for_each([](std::size_t i, int& x) {
    x = int(i);
  });
  REQUIRE(out == v);
  REQUIRE(pt::parallel_iter(v).equal(w));
  REQUIRE((pt::parallel_iter(v).compare(w) < 0) == false);
  auto const differ = pt::parallel_iter(v).zip(out).enumerate().find_first(
      [](std::size_t, auto const& pair) { return pair.first != pair.second; });
  REQUIRE(!differ);
  auto const smallest =
      pt::parallel_iter(v).enumerate().min_by_key([](std::size_t, int x) { return x; });
  REQUIRE(smallest->first == 0);
  pt::for_each(out, [](int& x) { x = p(x) ? 0 : x; });
  REQUIRE(out[11] == 0);
  pt::parallel_iter(v).copied().collect_into(out);
  REQUIRE(out == v);
  pt::parallel_iter(v).reverse().collect_into(out);
  REQUIRE(out[0] == 999);
  REQUIRE(!pt::indices(std::size_t{1}, v.size()).any([](std::size_t i) {
    return v[i - 1] == v[i];
  }));
}

TEST_CASE("migration: sorts") {
  Ints w = v;
  pt::sort(w, std::greater());
  Ints const falling(v.rbegin(), v.rend());
  REQUIRE(w == falling);
  pt::stable_sort(w);
  REQUIRE(w == v);
  pt::stable_sort(w, std::greater());
  REQUIRE(w == falling);
  pt::sort(w, std::less(), f);
  REQUIRE(w == v);
  w = falling;
  pt::sort_by_key(w, f);
  REQUIRE(w == v);
  w = falling;
  pt::sort_by_cached_key(w, f);
  REQUIRE(w == v);
  pt::sort(w);
  REQUIRE(w == v);
}

TEST_CASE("migration: control") {
  int const n = 1'000;
  auto const g = touch;
  REQUIRE(pt::parallel_iter(v).threads(2).count() == 1'000);
  {
    pt::thread_limit const limit(2);
    pt::for_each(v, f);
  }
  pt::set_options({.threads = 2});
  REQUIRE(pt::max_threads() <= 2);
  pt::set_options({.stack_size = 8 << 20});
  pt::set_options({});
  REQUIRE(pt::current_worker() == 0);
  pt::parallel_iter(v).stop_token(Token()).for_each(f);
  pt::par_bridge(Countdown()).map(f).for_each_ordered(g, 16);
  pt::indices(n).map(f).for_each_ordered(g);
  std::mutex mutex;
  long sum = 0;
  pt::parallel_for(n, [&](int i) {
    int const x = f(i);
    std::lock_guard const lock(mutex);
    sum += x;
  });
  REQUIRE(sum == 999'000);
  std::atomic<long> total = 0;
  pt::parallel_for(n, [&](int i) { total.fetch_add(i, std::memory_order_relaxed); });
  REQUIRE(total == 499'500);
  int const rows = 20;
  int const columns = 30;
  std::atomic<int> cells = 0;
  auto const cell = [&](int, int) { ++cells; };
  pt::parallel_for(rows * columns, [&](int i) { cell(i / columns, i % columns); });
  pt::indices2(rows, columns).for_each(cell);
  REQUIRE(cells == 1'200);
  bool a_ran = false;
  bool b_ran = false;
  auto const a = [&] { a_ran = true; };
  auto const b = [&] { b_ran = true; };
  pt::for_each(std::array<std::function<void()>, 2>{a, b},
               [](auto const& task) { task(); });
  REQUIRE(a_ran);
  REQUIRE(b_ran);
  pt::shutdown();
}

TEST_CASE("migration: two threads stay out of one word") {
  std::size_t const n = 10'001;
  auto const is_set = [](std::size_t i) { return i % 3 != 0; };
  std::vector<std::uint64_t> expected((n + 63) / 64);
  for (std::size_t i = 0; i != n; ++i) {
    if (is_set(i)) expected[i / 64] |= std::uint64_t{1} << i % 64;
  }
  std::vector<std::uint64_t> bitmap(expected.size());
  // cut: openmp_words
  pt::parallel_for(bitmap.size(), [&](std::size_t word) {
    std::uint64_t bits = 0;
    for (std::size_t i = 64 * word; i < std::min(n, 64 * (word + 1)); ++i) {
      if (is_set(i)) bits |= std::uint64_t{1} << i % 64;
    }
    bitmap[word] = bits;
  });
  // end
  REQUIRE(bitmap == expected);
#if defined(__cpp_lib_atomic_ref)
  bitmap.assign(bitmap.size(), 0);
  // cut: openmp_bits
  pt::parallel_for(n, [&](std::size_t i) {
    if (!is_set(i)) return;
    std::atomic_ref<std::uint64_t> word(bitmap[i / 64]);
    word.fetch_or(std::uint64_t{1} << i % 64, std::memory_order_relaxed);
  });
  // end
  REQUIRE(bitmap == expected);
#endif
}

TEST_CASE("migration: a parallel region that joins partial results") {
  using Bins = std::array<long, 16>;
  // cut: openmp_region
  auto const count = [](Bins& mine, int x) { ++mine[std::size_t(x % 16)]; };
  auto const join = [](Bins left, Bins const& right) {
    for (std::size_t k = 0; k < left.size(); ++k) left[k] += right[k];
    return left;
  };
  Bins const total =
      pt::parallel_iter(v).fold([] { return Bins{}; }, count).reduce(Bins{}, join);
  // end
  REQUIRE(total[7] == 63);
  REQUIRE(total[8] == 62);
}

TEST_CASE("migration: scratch memory in place of arrays by thread number") {
  std::vector<std::string> const lines{"c b a", "b a", ""};
  std::vector<std::size_t> lengths(lines.size());
  // cut: openmp_scratch
  auto const make = [] { return std::string(); };
  auto const length = [](std::string& scratch, std::string const& line) {
    scratch.assign(line);  // reuses the memory of earlier items
    std::erase(scratch, ' ');
    return scratch.size();
  };
  pt::parallel_iter(lines).map_init(make, length).collect_into(lengths);
  // end
  REQUIRE(lengths == std::vector<std::size_t>{3, 2, 0});
}

TEST_CASE("migration: what was firstprivate") {
  int const n = 1'000;
  int scale = 3;
  std::vector<int> out(v.size());
  pt::parallel_for(n, [&out, scale](int i) { out[std::size_t(i)] = scale * f(i); });
  REQUIRE(out[10] == 60);

  int const rows = 5;
  int const columns = 7;
  int const gain = 3;
  int const shift = 1;
  std::vector<int> image(35, 8);
  int* const pixels = image.data();
  // cut: openmp_locals
  pt::parallel_for(rows, [=](int row) {
    int const width = columns;
    int const g = gain;
    int const s = shift;
    int* const line = pixels + row * width;
    for (int i = 0; i < width; ++i) line[i] = (line[i] * g) >> s;
  });
  // end
  REQUIRE(image == std::vector<int>(35, 12));
}

TEST_CASE("migration: how many threads") {
  auto const work = f;
  for (unsigned const wanted : {0U, 1U, 3U}) {
    // cut: openmp_threads
    unsigned const most = wanted != 0 ? wanted : pt::max_threads();
    auto const sum = pt::parallel_iter(v).threads(most).map(work).sum();
    // end
    REQUIRE(sum == 999'000);
  }
  REQUIRE_THROWS_AS(pt::parallel_iter(v).threads(0), std::invalid_argument);
  std::atomic<int> ran = 0;
  auto const body = [&](int) { ++ran; };
  int const n = 1'000;
  pt::indices(n).threads(2).for_each(body);
  REQUIRE(ran == n);
  pt::indices(10, n, 2).for_each(body);
  REQUIRE(ran == n + 495);
  // Blocked threads are replaced, up to twice the cores.
  pt::set_options({.cores = 2});
  REQUIRE(pt::max_threads() == 4);
  pt::set_options({.threads = 0});
  REQUIRE(std::thread::hardware_concurrency() > 0);
}

TEST_CASE("migration: tasks") {
  std::atomic<int> ran = 0;
  auto const a = [&ran] { ++ran; };
  auto const b = [&ran] { ran += 10; };
  pt::join(a, b);
  pt::scope([&](pt::Scope& s) { s.spawn(a); });
  REQUIRE(ran == 12);
  pt::parallel_iter(v).for_each(touch);
  pt::per_thread<Ints> own;
  own.local().push_back(1);
  REQUIRE(own.size() == 1);
}
