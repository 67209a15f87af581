#include <parallel_task/source/bridged.hpp>

#include "property/erased.hpp"
#include "stage/stages.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>

using namespace stages;

TEST_CASE("a stream is read in order, and no further than asked") {
  for_each_schedule([] {
    std::istringstream in("1 2 3 4 5 6 7");
    CHECK(pt::par_bridge(std::views::istream<int>(in)).take(4).collect<std::vector>() == ints{1, 2, 3, 4});
    int next = 0;
    in >> next;
    CHECK(next == 5);
  });
}

// Gives up waiting after a minute: that is a failure, not a measure.
TEST_CASE("what a source has given is run while it waits for more, on one thread too") {
  struct Hesitant {
    std::atomic<int>* seen;
    bool* stalled;
    int given = 0;
    std::optional<int> next() {
      auto const begun = std::chrono::steady_clock::now();
      while (given % 3 != 0 && seen->load() < given && !*stalled) {
        std::this_thread::yield();
        if (std::chrono::steady_clock::now() - begun > std::chrono::minutes(1)) *stalled = true;
      }
      return given == 20 ? std::nullopt : std::optional<int>(given++);
    }
  };
  ints all(20);
  std::iota(all.begin(), all.end(), 0);
  EngineOnly const engine_only;
  for_each_schedule([&all] {
    for (unsigned threads : {1U, 2U, 8U}) {
      std::atomic<int> seen{0};
      bool stalled = false;
      auto const look = [&](int i) { return ++seen, i; };
      CHECK(pt::par_bridge(Hesitant{&seen, &stalled}).threads(threads).map(look).collect<std::vector>() == all);
      CHECK(!stalled);
    }
  });
}

TEST_CASE("an object with next() is a source, held or in place") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    for_each_schedule([&v] {
      CHECK(pt::par_bridge(every::Generator{&v}).collect<std::vector>() == v);
      every::Generator mine{&v};
      CHECK(pt::par_bridge(mine).enumerate().values().filter([](int) { return true; }).collect<std::vector>() == v);
      CHECK(mine.at == v.size());
    });
  }
}

TEST_CASE("bridged values live once, and no longer than the run") {
  struct Makes {
    int n = 0;
    std::optional<every::Live> next() {
      return n == 1000 ? std::nullopt : std::optional<every::Live>(std::in_place, n++);
    }
  };
  for_each_schedule([] {
    CHECK(pt::par_bridge(Makes{}).map([](every::Live x) { return x.value; }).sum() == 999 * 500);
    CHECK(every::Live::alive == 0);
    CHECK(pt::par_bridge(Makes{}).find_first([](every::Live const& x) { return x.value == 500; })->value == 500);
    CHECK(every::Live::alive == 0);
    CHECK_THROWS_AS(pt::par_bridge(Makes{}).for_each([](every::Live x) {
      if (x.value == 700) throw every::Thrown{700};
    }),
                    every::Thrown);
    CHECK(every::Live::alive == 0);
  });
}

TEST_CASE("sets and maps give up their nodes in order, keys moved out") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    for_each_schedule([&] {
      std::map<std::string, std::unique_ptr<int>> map;
      std::multiset<std::string> set;
      std::unordered_map<int, int> hash;
      for (size_t i = 0; i != n; ++i) {
        map[std::to_string(v[i])] = std::make_unique<int>(v[i]);
        set.insert(std::to_string(v[i]));
        hash[static_cast<int>(i)] = v[i];
      }
      std::vector<std::string> names;
      for (auto const& [name, value] : map) names.push_back(name + std::to_string(*value));
      auto text = [](std::string name, std::unique_ptr<int> p) { return std::move(name) + std::to_string(*p); };
      CHECK(pt::into_parallel_iter(std::move(map)).map(text).collect<std::vector>() == names);
      std::vector<std::string> const sorted(set.begin(), set.end());
      std::vector<std::string> const backwards(sorted.rbegin(), sorted.rend());
      CHECK(pt::into_parallel_iter(std::multiset<std::string>(set)).reverse().collect<std::vector>() == backwards);
      CHECK(pt::into_parallel_iter(std::move(set)).drop(2).take(5).count() == (n < 2 ? 0 : n - 2 < 5 ? n - 2 : 5));
      std::vector<std::pair<int, int>> const pairs(hash.begin(), hash.end());
      CHECK(pt::into_parallel_iter(std::move(hash)).filter([](int, int) { return true; }).collect<std::vector>() ==
            pairs);
    });
  }
}

// --- what next() points to --------------------------------------------------------------------------------------------

namespace {

struct Shape {
  static inline std::atomic<int> alive{0};
  Shape() { ++alive; }
  Shape(Shape const&) { ++alive; }
  Shape& operator=(Shape const&) = default;
  virtual ~Shape() { --alive; }
  [[nodiscard]] virtual int area() const { return -1; }
  virtual void grow() {}
};
struct Square : Shape {
  int side;
  explicit Square(int a) : side(a) {}
  [[nodiscard]] int area() const override { return side * side; }
  void grow() override { ++side; }
};
struct Abstract {
  virtual ~Abstract() = default;
  [[nodiscard]] virtual int area() const = 0;
};
struct Disc : Abstract {
  int radius;
  explicit Disc(int r) : radius(r) {}
  [[nodiscard]] int area() const override { return radius * radius; }
};
struct Immovable {
  int side;
  explicit Immovable(int a) : side(a) {}
  Immovable(Immovable&&) = delete;
  [[nodiscard]] int area() const { return side * side; }
};
/// An optional of one's own that gives an lvalue however it is dereferenced.
template <class T>
class Maybe {
 public:
  Maybe() = default;
  explicit Maybe(T value) : value_(std::move(value)) {}
  explicit operator bool() const { return value_.has_value(); }
  T& operator*() { return *value_; }
  T const& operator*() const { return *value_; }

 private:
  std::optional<T> value_;
};

/// next() gives what `make(i)` gives, for i from 0 to n - 1, then an empty one.
template <class F>
struct Makes {
  F make;
  int n;
  int i = 0;
  auto next() -> decltype(make(0)) {
    if (i == n) return {};
    return make(i++);
  }
};
template <class F>
Makes(F, int) -> Makes<F>;

using pt::detail::bridge_problem;
using pt::detail::Problem;
template <class Next>
using result = pt::detail::NextResult<Next>;
template <class... Next>
constexpr bool gives_values = (result<Next>::is_value && ...);
template <class... Next>
constexpr bool keeps_pointers = ((!result<Next>::is_value && result<Next>::is_kept) && ...);
template <class... Next>
constexpr bool refused = !((result<Next>::is_value || result<Next>::is_kept) || ...);

static_assert(
    gives_values<std::optional<int>, std::optional<Shape>, std::optional<Shape>&, std::optional<Shape const>>);
static_assert(gives_values<std::optional<Shape*>, std::optional<std::unique_ptr<Shape>>, Maybe<Shape>, Maybe<int>&>);
static_assert(gives_values<int*, int const*, std::unique_ptr<int>, std::shared_ptr<std::string const>, std::string*&>);
static_assert(gives_values<std::optional<std::reference_wrapper<Shape>>>);
static_assert(keeps_pointers<std::unique_ptr<Shape>, std::shared_ptr<Shape>, std::shared_ptr<Shape const>>);
static_assert(keeps_pointers<std::unique_ptr<Abstract>, std::shared_ptr<Abstract>&, std::unique_ptr<Immovable>>);
static_assert(keeps_pointers<std::shared_ptr<std::unique_ptr<int>>, Maybe<std::unique_ptr<int>>>);
// What is pointed to may be overwritten by the next call, and has no whole copy.
static_assert(refused<Shape*, Abstract const*, Immovable*, std::unique_ptr<int>*, std::unique_ptr<Shape>&>);

struct Base {
  virtual ~Base() = default;
};
struct Leaf final : Base {};
static_assert(gives_values<Leaf*, std::shared_ptr<Leaf>>);

// What a range refers to that can be read again is somebody's.
struct ToShape {
  Shape& operator()(std::unique_ptr<Shape> const& p) const { return *p; }
};
using Shapes = decltype(std::declval<std::vector<std::unique_ptr<Shape>>&>() | std::views::transform(ToShape()));
using Pointers = std::list<std::unique_ptr<int>>;
static_assert(bridge_problem<Shapes>() == Problem::bridge_without_values);
static_assert(bridge_problem<Pointers&>() == Problem::bridge_without_values);
static_assert(bridge_problem<Pointers>() == Problem::none);
static_assert(bridge_problem<std::list<Shape*>&>() == Problem::none);
static_assert(bridge_problem<std::list<std::string>&>() == Problem::none);

constexpr int some = 300;
constexpr int sum_of_squares = (some - 1) * some * (2 * some - 1) / 6;

// f(make): make() is a stream of objects whose areas are 0, 1, 4 …
template <class F>
void over_every_pointer(F f) {
  f([] { return Makes{[](int i) -> std::shared_ptr<Shape> { return std::make_shared<Square>(i); }, some}; });
  f([] { return Makes{[](int i) -> std::unique_ptr<Abstract> { return std::make_unique<Disc>(i); }, some}; });
  f([] { return Makes{[](int i) { return std::make_unique<Immovable>(i); }, some}; });
  f([] { return Makes{[](int i) { return std::optional<Square>(i); }, some}; });
  f([] { return Makes{[](int i) { return Maybe<Square>(Square(i)); }, some}; });
}

}  // namespace

namespace {

/// What a pipeline of numbers gives. Erased: the run is compiled once for all of a kind.
template <class P>
ints numbers_of(P pipeline) {
  return property::erase_as<int>(std::move(pipeline)).template collect<std::vector>();
}

}  // namespace

TEST_CASE("what next() points to is not sliced, whatever comes between") {
  ints areas;
  for (int i = 0; i != some; ++i) areas.push_back(i * i);
  ints const backwards(areas.rbegin(), areas.rend());
  ints every_third;
  for (size_t i = 0; i < areas.size(); i += 3) every_third.push_back(areas[i]);
  over_every_pointer([&](auto make) {
    for_each_schedule([&] {
      auto const area = [](auto const& shape) { return shape.area(); };
      auto const second = [](auto const&, auto const& shape) { return shape.area(); };
      auto const first = [](auto const& shape, auto const&) { return shape.area(); };
      auto const pipe = [&] { return pt::par_bridge(make()); };
      CHECK(pipe().map(area).sum() == sum_of_squares);
      CHECK(numbers_of(pipe().map(area)) == areas);
      auto named = make();
      CHECK(numbers_of(pt::par_bridge(named).map(area)) == areas);
      CHECK(numbers_of(pipe().filter([](auto const& s) { return s.area() >= 0; }).map(area)) == areas);
      CHECK(numbers_of(pipe().enumerate().map(second)) == areas);
      CHECK(numbers_of(pipe().zip(areas).map(first)) == areas);
      CHECK(numbers_of(pt::parallel_iter(areas).zip(pipe()).map(second)) == areas);
      CHECK(numbers_of(pipe().map(area).reverse()) == backwards);
      CHECK(numbers_of(pipe().stride(3).map(area)) == every_third);
      CHECK(numbers_of(pipe().take(2).chain(pipe().drop(2)).map(area)) == areas);
      CHECK(pipe().any([](auto const& s) { return s.area() == 100; }));
      std::atomic<int> sum{0};
      pipe().for_each([&](auto const& s) { sum += s.area(); });
      CHECK(sum == sum_of_squares);
      ints in_order;
      pipe().map(area).for_each_ordered([&](int a) { in_order.push_back(a); });
      CHECK(in_order == areas);
      auto const failing = [](auto const& s) -> int {
        if (s.area() == 400) throw every::Thrown{400};
        return 0;
      };
      CHECK_THROWS_AS(pipe().map(failing).sum(), every::Thrown);
    });
    CHECK(Shape::alive == 0);
  });
}

TEST_CASE("an object that next() points to can be changed, as in a loop, and goes when its item has been run") {
  std::vector<std::shared_ptr<Shape>> shapes;
  for (int i = 0; i != some; ++i) shapes.push_back(std::make_shared<Square>(i));
  for_each_schedule([&] {
    int const before = shapes.back()->area();
    pt::par_bridge(Makes{[&](int i) { return shapes[static_cast<size_t>(i)]; }, some}).for_each([](Shape& s) {
      s.grow();
    });
    CHECK(shapes.back()->area() > before);

    int const others = Shape::alive;
    int given = 0;
    int run = 0;
    auto const make = [&](int i) -> std::unique_ptr<Shape> { return ++given, std::make_unique<Square>(i); };
    bool all_others_are_gone = true;
    pt::par_bridge(Makes{make, some}).threads(1).for_each([&](Shape&) {
      if (Shape::alive - others != given - run++) all_others_are_gone = false;
    });
    CHECK(all_others_are_gone);
  });
}

TEST_CASE("what the next call overwrites has been copied by then") {
  struct OneBuffer {
    std::string line;
    int i = 0;
    std::string const* next() {
      line = std::to_string(i);
      return i++ == some ? nullptr : &line;
    }
  };
  struct OneShared {
    std::shared_ptr<std::string> line = std::make_shared<std::string>();
    int i = 0;
    std::shared_ptr<std::string> next() {
      *line = std::to_string(i);
      return i++ == some ? nullptr : line;
    }
  };
  struct OneOptional {
    std::optional<std::string> line;
    int i = 0;
    std::optional<std::string>& next() {
      line = std::to_string(i);
      if (i++ == some) line.reset();
      return line;
    }
  };
  std::vector<std::string> lines;
  for (int i = 0; i != some; ++i) lines.push_back(std::to_string(i));
  for_each_schedule([&] {
    auto const same = [](std::string s) { return s; };
    CHECK(pt::par_bridge(OneBuffer{}).map(same).collect<std::vector>() == lines);
    CHECK(pt::par_bridge(OneShared{}).map(same).collect<std::vector>() == lines);
    CHECK(pt::par_bridge(OneOptional{}).map(same).collect<std::vector>() == lines);
  });
}

TEST_CASE("a bridge moves items out of a container that was given up, and out of no other") {
  for_each_schedule([] {
    Pointers list;
    for (int i = 0; i != some; ++i) list.push_back(std::make_unique<int>(i));
    CHECK(pt::par_bridge(std::move(list)).map([](std::unique_ptr<int> p) { return *p; }).sum() ==
          some * (some - 1) / 2);
    std::vector<std::string> const original(100, "a string too long for a short one");
    std::vector<std::string> v = original;
    std::vector<std::string*> pointers;
    for (std::string& s : v) pointers.push_back(&s);
    auto const same = [](std::string s) { return s; };
    CHECK(pt::par_bridge(v).map(same).collect<std::vector>() == original);
    CHECK(pt::par_bridge(std::views::all(v)).map(same).collect<std::vector>() == original);
    CHECK(pt::par_bridge(pointers).map([](std::string* s) { return *s; }).collect<std::vector>() == original);
    CHECK(pt::par_bridge(v | std::views::filter([](std::string const&) { return true; })).map(same).count() == 100);
    CHECK(v == original);
  });
}
