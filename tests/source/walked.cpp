#include <parallel_task/source/walked.hpp>

#include "stage/stages.hpp"

#include <atomic>
#include <forward_list>
#include <list>
#include <map>
#include <ranges>
#include <set>
#include <unordered_map>
#include <unordered_set>

using namespace stages;

namespace {

[[maybe_unused]] constexpr std::size_t unknown_length = 1'000'000'000;

template <class R>
void in_order(R& r) {
  using Value = std::ranges::range_value_t<R>;
  std::list<Value> expected;
  for (auto&& x : r) expected.push_back(x);
  auto const n = expected.size();
  for_each_schedule([&] {
    auto all = [](auto const&) { return true; };
    CHECK(pt::parallel_iter(r).template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).filter(all).template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).reverse().reverse().template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).enumerate().values().template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).stride(3).size() == (n + 2) / 3);
    CHECK(pt::parallel_iter(r).drop(n / 2).filter(all).count() == n - n / 2);
    CHECK(pt::parallel_iter(r).size() == n);
  });
}

/// A forward range whose iterators are counted, and so are their steps.
class Counted {
 public:
  explicit Counted(std::vector<int> const& items) : items_(&items) {}

  static inline std::atomic<long> alive{0};
  static inline std::atomic<long> most{0};
  static inline std::atomic<long> steps{0};
  static inline std::atomic<long> comparisons{0};
  static void reset() {
    REQUIRE(alive == 0);
    most = steps = comparisons = 0;
  }

  class Iterator {
   public:
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    Iterator() { count(); }
    explicit Iterator(int const* at) : at_(at) { count(); }
    Iterator(Iterator const& other) : at_(other.at_) { count(); }
    Iterator& operator=(Iterator const&) = default;
    ~Iterator() { --alive; }
    int const& operator*() const { return *at_; }
    Iterator& operator++() {
      ++steps;
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator const before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(Iterator const& a, Iterator const& b) { return a.at_ == b.at_; }
    [[nodiscard]] int const* at() const { return at_; }

   private:
    static void count() {
      long const now = ++alive;
      for (long seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
    }
    int const* at_ = nullptr;
  };
  struct Sentinel {
    int const* end = nullptr;
    friend bool operator==(Iterator const& a, Sentinel const& b) {
      ++comparisons;
      return a.at() == b.end;
    }
  };
  [[nodiscard]] Iterator begin() const { return Iterator(items_->data()); }
  [[nodiscard]] Sentinel end() const { return {items_->data() + items_->size()}; }

 private:
  std::vector<int> const* items_;
};

/// Runs f over a range of the items and says how many iterators there were at a time.
template <class F>
[[maybe_unused]] long most_alive(std::vector<int> const& v, F f) {
  Counted::reset();
  {
    Counted const range(v);
    f(range);
  }
  CHECK(Counted::steps <= static_cast<long>(v.size()));
  CHECK(Counted::comparisons <= static_cast<long>(v.size()) + 1);
  return Counted::most;
}

/// f(name, run): run(range) is a pipeline to its end, over each stage and terminal that hands on what a range has given
/// back. All of them read the range once.
template <class F>
[[maybe_unused]] void over_every_reader(F f) {
  auto one = [](int) { return 1; };
  f("sum", [](auto& r) { (void)pt::parallel_iter(r).sum(); });
  f("map", [one](auto& r) { (void)pt::parallel_iter(r).map(one).sum(); });
  f("map_init",
    [](auto& r) { (void)pt::parallel_iter(r).map_init([] { return 0; }, [](int&, int x) { return x; }).sum(); });
  f("filter", [](auto& r) { (void)pt::parallel_iter(r).filter([](int x) { return x != 2; }).count(); });
  f("fold", [](auto& r) { (void)pt::parallel_iter(r).fold([] { return 0; }, [](int& a, int x) { a += x; }).sum(); });
  f("enumerate", [](auto& r) { pt::parallel_iter(r).enumerate().for_each([](std::size_t, int) {}); });
  f("drop", [one](auto& r) { (void)pt::parallel_iter(r).drop(1000).map(one).sum(); });
  f("take", [one](auto& r) { (void)pt::parallel_iter(r).take(unknown_length).map(one).sum(); });
  f("slice", [one](auto& r) { (void)pt::parallel_iter(r).slice(1000, unknown_length).map(one).sum(); });
  f("stride", [one](auto& r) { (void)pt::parallel_iter(r).stride(3).map(one).sum(); });
  f("drop, stride", [one](auto& r) { (void)pt::parallel_iter(r).drop(5).stride(2).map(one).sum(); });
  f("zip", [](auto& r) { pt::parallel_iter(r).zip(pt::indices(unknown_length)).for_each([](int, std::size_t) {}); });
  f("chain", [one](auto& r) { (void)pt::parallel_iter(r).chain(std::views::iota(0, 100)).map(one).sum(); });
  f("chained", [one](auto& r) { (void)pt::parallel_iter(std::views::iota(0, 100)).chain(r).map(one).sum(); });
  f("take_while", [](auto& r) { (void)pt::parallel_iter(r).take_while([](int) { return true; }).count(); });
  f("find_first", [](auto& r) { (void)pt::parallel_iter(r).find_first([](int x) { return x > 1'000'000'000; }); });
  f("any", [](auto& r) { (void)pt::parallel_iter(r).any([](int x) { return x > 1'000'000'000; }); });
  f("for_each_ordered", [](auto& r) { pt::parallel_iter(r).for_each_ordered([](int) {}); });
  f("max", [](auto& r) { (void)pt::parallel_iter(r).max(); });
  f("size", [](auto& r) { (void)pt::parallel_iter(r).size(); });
}

}  // namespace

TEST_CASE("lists, sets, maps and hash maps are walked in their own order, in place") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    std::list<int> list(v.begin(), v.end());
    in_order(list);
    std::forward_list<int> forward(v.begin(), v.end());
    in_order(forward);
    std::set<int> const set(v.begin(), v.end());
    in_order(set);
    std::unordered_multiset<int> hashed(v.begin(), v.end());
    in_order(hashed);
    std::map<int, int> map;
    std::unordered_map<int, int> hash_map;
    for (size_t i = 0; i != n; ++i) map[v[i]] = hash_map[static_cast<int>(i)] = v[i];
    in_order(map);
    in_order(hash_map);
  }
}

TEST_CASE("a view that caches is walked once: begin() and each ++ on one thread at a time") {
  ints const v = every::numbers(1000);
  for_each_schedule([&v] {
    std::atomic<int> calls{0};
    auto view = v | std::views::filter([&calls](int x) {
                  ++calls;
                  return x % 2 == 0;
                });
    long wanted = 0;
    for (int x : v) wanted += x % 2 == 0 ? x : 0;
    CHECK(pt::parallel_iter(view).sum() == wanted);
    CHECK(calls == 1000);
  });
}

TEST_CASE("an endless range is walked as far as it is asked for") {
  CHECK(pt::parallel_iter(std::views::iota(1)).take(100).sum() == 5050);
  CHECK(pt::parallel_iter(std::views::iota(1)).find_first([](int x) { return x > 1000; }) == 1001);
}

TEST_CASE("a range without a size is fed as it is walked while one thread is alone") {
  ints const v = every::numbers(20'000);
  pt::thread_limit const alone(1);
  over_every_reader([&v](std::string const& name, auto run) {
    INFO(name);
    // Where the positions must be known before they run, there are some of them; never all.
    bool const known_first = name.find("take") == 0 || name.find("slice") == 0 || name.find("stride") != name.npos ||
                             name.find("zip") == 0 || name.find("chain") == 0 || name == "for_each_ordered" ||
                             name == "size";
    CHECK(most_alive(v, run) <= (known_first && name != "take_while" ? 8000 : 12));
  });
}

TEST_CASE("what has been run of a range without a size is given back") {
  ints const v = every::numbers(60'000);
  Eager const eager;
  over_every_reader([&v](std::string const& name, auto run) {
    INFO(name);
    // As long as no thread is kept from its core for long: then once more.
    long least = static_cast<long>(v.size());
    for (int attempt = 0; attempt != 20 && least > 30'000; ++attempt) {
      long const most = most_alive(v, run);
      least = most < least ? most : least;
    }
    CHECK(least <= 30'000);
  });
}

TEST_CASE("views without a size give what a loop over them gives") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    std::list<int> const list(v.begin(), v.end());
    std::vector<ints> nested;
    for (size_t i = 0; i != n; ++i) nested.push_back(ints(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(i % 4)));
    auto filtered = list | std::views::filter([](int x) { return x % 3 != 0; });
    in_order(filtered);
    auto while_small = v | std::views::take_while([n](int x) { return static_cast<size_t>(x) != n / 4; });
    in_order(while_small);
    auto const const_while = while_small;
    in_order(const_while);
    auto dropped =
        v | std::views::drop_while([](int x) { return x < 2; }) | std::views::filter([](int x) { return x != 7; });
    in_order(dropped);
    auto joined = nested | std::views::join;
    in_order(joined);
    Counted const own(v);
    in_order(own);
  }
}

TEST_CASE("a range without a size that ends, or throws, anywhere in a block") {
  struct Thrown {};
  ints const v = every::numbers(300);
  for (size_t n = 0; n < 300; n = n < 40 ? n + 1 : n + 23) {
    auto const first = v | std::views::take(static_cast<std::ptrdiff_t>(n));
    long wanted = 0;
    for (int x : first) wanted += x;
    for_each_schedule([&] {
      auto view = first | std::views::filter([](int) { return true; });
      CHECK(pt::parallel_iter(view).sum() == wanted);
      CHECK(pt::parallel_iter(view).drop(n / 3).drop(n).size() == 0);
      CHECK(pt::parallel_iter(view).drop(n).map([](int x) { return x; }).count() == 0);
      CHECK(pt::parallel_iter(view).drop(n + 1).filter([](int) { return true; }).count() == 0);
      std::atomic<size_t> ran{0};
      std::size_t called = 0;
      auto throwing = v | std::views::filter([&called, n](int) {
                        if (called++ == n) throw Thrown{};
                        return true;
                      });
      CHECK_THROWS_AS(pt::parallel_iter(throwing).for_each([&ran](int) { ++ran; }), Thrown);
      CHECK(ran <= n);
    });
  }
}

TEST_CASE("a report counts the items of a range without a size, on one thread too") {
  ints const v = every::numbers(5000);
  EngineOnly const engine_only;
  for_each_schedule([&v] {
    for (bool stoppable : {false, true}) {
      pt::RunReport report;
      auto view = v | std::views::filter([](int) { return true; });
      if (stoppable) {
        (void)pt::parallel_iter(view).report(report).deadline(std::chrono::hours(1)).sum();
      } else {
        (void)pt::parallel_iter(view).report(report).sum();
      }
      CHECK(report.items == 5000);
    }
  });
}

TEST_CASE("a source that is walked on without a trail leaves one from a checkpoint on") {
  std::list<int> list;
  for (int i = 0; i != 1000; ++i) list.push_back(i);
  auto source = pt::detail::borrow(list);
  source.start();
  auto alone = source.open();
  std::vector<int> items;
  auto sink = [&items](int x) { return items.push_back(x), true; };
  REQUIRE(source.feed(alone, {0, 5}, sink));
  REQUIRE(source.begin_sharing(alone, 5).positions == 5);
  REQUIRE(source.pull(20).positions == 25);
  auto other = source.open();
  REQUIRE(source.feed(other, {5, 25}, sink));
  source.release({5, 25});
  // From 25 to a position that lies by a multiple of 16 behind the first of the trail.
  auto walking = source.open();
  CHECK(source.join_walk(walking, 11) == 0);
  CHECK(source.join_walk(walking, 12) == 12);
  REQUIRE(source.feed(walking, {25, 37}, sink));
  CHECK(source.known().positions == 25);
  source.leave_walk(walking);
  CHECK(source.known().positions == 37);
  CHECK(source.join_walk(walking, 500) == 496);
  REQUIRE(source.feed(walking, {37, 533}, sink));
  source.leave_walk(walking);
  REQUIRE(source.pull(0).positions == 533);
  REQUIRE(source.pull(100).positions == 633);
  std::vector<int> behind;
  auto second = [&behind](int x) { return behind.push_back(x), true; };
  REQUIRE(source.feed(other, {600, 633}, second));
  auto third = source.open();
  REQUIRE(source.feed(third, {533, 600}, sink));
  items.insert(items.end(), behind.begin(), behind.end());
  source.release({533, 633});
  CHECK(source.join_walk(walking, 1'000'000) == 367);
  REQUIRE(source.feed(walking, {633, 1000}, sink));
  source.leave_walk(walking);
  CHECK(source.known().positions == 1000);
  CHECK(source.known().ended);
  CHECK(source.pull(1).positions == 1000);
  CHECK(items == std::vector<int>(list.begin(), list.end()));
}

TEST_CASE("where all iterators are kept, nobody walks on without them") {
  std::list<int> list(100);
  auto source = pt::detail::borrow(list);
  source.start();
  source.index_first(10);
  auto state = source.open();
  CHECK(source.join_walk(state, 50) == 0);
}
