#include <parallel_task/terminal/try_reduce.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <string>

using namespace every;

namespace {

/// As std::expected, which C++20 has not.
struct Failed {
  std::string why;
};
template <class T, class E = std::string>
class Outcome {
 public:
  using value_type = T;
  using unexpected_type = Failed;
  Outcome(T value) : value_(std::move(value)) {}
  explicit Outcome(Failed error) : error_(std::move(error.why)) {}
  [[nodiscard]] bool has_value() const { return value_.has_value(); }
  T& operator*() & { return *value_; }
  T const& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  [[nodiscard]] E const& error() const { return error_; }

 private:
  std::optional<T> value_;
  E error_;
};

auto const unless = [](int bad) { return [bad](int x) { return x == bad ? std::nullopt : std::optional<long>(x); }; };

}  // namespace

TEST_CASE("try_reduce joins all values in order, or gives the first failure") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::string wanted = ">";
    for (int x : expected) wanted += std::to_string(x);
    auto const text = [](int x) { return std::optional(std::to_string(x)); };
    auto const joined = [](std::string a, std::string const& b) { return std::optional(std::move(a) + b); };
    CHECK(run(detail::Map(make(), text), detail::TryReduceFrom{std::string(">"), joined}) == wanted);
    for (int bad : {2, 10007}) {
      bool const is_there = std::ranges::find(expected, bad) != expected.end();
      long sum = 5;
      for (int x : expected) sum += x;
      auto const plus = [](long a, long b) { return a + b; };
      CHECK(run(detail::Map(make(), unless(bad)), detail::TryReduceFrom{5, plus}) ==
            (is_there ? std::nullopt : std::optional(sum)));
    }
  });
}

// After the doc examples of Rayon's try_reduce and try_fold: a sum of squares that must not overflow.
TEST_CASE("try_reduce fails where op fails") {
  auto const checked = [](int a, int b) {
    return a > std::numeric_limits<int>::max() - b ? std::nullopt : std::optional(a + b);
  };
  auto const squares = [&](std::vector<int> const& v) {
    return pt::parallel_iter(v).map([](int x) { return std::optional(x * x); }).try_reduce(0, checked);
  };
  std::vector<int> const large(1000, 10'000);
  for_each_schedule([&] {
    CHECK(squares({1, 2, 3}) == 14);
    CHECK(squares({}) == 0);
    CHECK(squares(large) == std::nullopt);
    CHECK(pt::parallel_iter(large).try_fold([] { return 0; }, checked).try_reduce(0, checked) == 10'000'000);
  });
}

// After Rayon's try_reduce_with: no items, no result; else the result, which may be a failure.
TEST_CASE("try_reduce without a first value gives nothing of no items, and a failure or the joined values of others") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::string wanted;
    for (int x : expected) wanted += std::to_string(x);
    auto const text = [](int x) { return std::optional(std::to_string(x)); };
    auto const joined = [](std::string a, std::string const& b) { return std::optional(std::move(a) + b); };
    auto const all = run(detail::Map(make(), text), detail::TryReduce{joined});
    CHECK(all.has_value() == !expected.empty());
    if (all) CHECK(*all == wanted);
    for (int bad : {2, 10007}) {
      bool const is_there = std::ranges::find(expected, bad) != expected.end();
      auto const sum = run(detail::Map(make(), unless(bad)), detail::TryReduce{std::plus<>()});
      CHECK(sum.has_value() == !expected.empty());
      if (sum) CHECK(sum->has_value() != is_there);
    }
  });
  auto const checked = [](int a, int b) {
    return a > std::numeric_limits<int>::max() - b ? std::nullopt : std::optional(a + b);
  };
  std::vector<int> const large(1000, 10'000'000);
  auto const some = [](int x) { return std::optional(x); };
  std::vector<int> const none;
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(large).map(some).try_reduce(checked) == std::optional<std::optional<int>>(std::in_place));
    CHECK(pt::parallel_iter(large).take(3).map(some).try_reduce(checked) == std::optional(30'000'000));
    CHECK_FALSE(pt::parallel_iter(none).map(some).try_reduce(checked).has_value());
  });
  std::vector<int> const one{7};
  CHECK((one | pt::parallel_iter | pt::map(some) | pt::try_reduce(checked)) == std::optional(7));
  auto const owner = [](int x) { return std::optional(std::make_unique<int>(x)); };
  auto const larger = [](std::unique_ptr<int> a, std::unique_ptr<int> b) {
    return *a < *b ? std::move(b) : std::move(a);
  };
  CHECK(***pt::indices(1000).map(owner).try_reduce(larger) == 999);
}

TEST_CASE("try_reduce and try_collect give the error that is first by order") {
  auto const even = [](int x) {
    return x % 2 == 0 || x < 500 ? Outcome<int>(x) : Outcome<int>(Failed{std::to_string(x)});
  };
  auto const plus = [](int a, int b) { return Outcome<int>(a + b); };
  for_each_schedule([&] {
    CHECK(pt::indices(1000).map(even).try_reduce(0, plus).error() == "501");
    CHECK(*pt::indices(500).map(even).try_reduce(1, plus) == 124'751);
    CHECK(pt::indices(1000).map(even).try_reduce(plus)->error() == "501");
    CHECK(**pt::indices(500).map(even).try_reduce(plus) == 124'750);
    Outcome<std::vector<int>> const all = pt::indices(1000).map(even).try_collect<std::vector>();
    CHECK(all.error() == "501");
    CHECK((*pt::indices(500).map(even).try_collect<std::vector<int>>()).size() == 500);
  });
}

TEST_CASE("try_collect gives a container of all values in order, or nothing") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<long> const all(expected.begin(), expected.end());
    CHECK(run(detail::Map(make(), unless(10007)), detail::TryCollect<std::vector<long>>{}) == all);
    CHECK(run(detail::Map(make(), unless(10007)), detail::TryCollect<std::list<long>>{}) ==
          std::list<long>(all.begin(), all.end()));
    bool const is_there = std::ranges::find(expected, 0) != expected.end();
    CHECK(run(detail::Map(make(), unless(0)), detail::TryCollect<std::vector<long>>{}).has_value() != is_there);
  });
}

TEST_CASE("try_collect in a pipe, into a map, and of values that can only be moved") {
  std::vector<int> const v{1, 2, 3};
  auto const pair = [](int x) { return std::optional(std::pair(x % 2, x)); };
  auto const map = v | pt::parallel_iter | pt::map(pair) | pt::try_collect<std::map>();
  CHECK(map == std::map<int, int>{{0, 2}, {1, 1}});
  auto const owner = [](int x) { return std::optional(std::make_unique<int>(x)); };
  auto const owners = v | pt::parallel_iter | pt::map(owner) | pt::try_collect<std::vector<std::unique_ptr<int>>>();
  CHECK(*owners->back() == 3);
  CHECK((v | pt::parallel_iter | pt::map(unless(7)) | pt::try_reduce(0, std::plus<>())) == 6);
}

TEST_CASE("try_reduce and try_collect do not see an exception after the first failure") {
  auto const fails_at_500 = [](int thrower) {
    return [thrower](int x) {
      if (x == thrower) throw Thrown{x};
      return x == 500 ? std::nullopt : std::optional(x);
    };
  };
  for_each_schedule([&] {
    CHECK_FALSE(pt::indices(1000).map(fails_at_500(501)).try_reduce(0, std::plus<>()));
    CHECK_FALSE(*pt::indices(1000).map(fails_at_500(501)).try_reduce(std::plus<>()));
    CHECK_THROWS_AS(pt::indices(1000).map(fails_at_500(499)).try_reduce(std::plus<>()), Thrown);
    CHECK_FALSE(pt::indices(1000).map(fails_at_500(900)).try_collect<std::vector>());
    CHECK_THROWS_AS(pt::indices(1000).map(fails_at_500(499)).try_collect<std::vector>(), Thrown);
  });
  throwing_position<Bare>([](auto source) {
    (void)run(detail::Map(std::move(source), [](Bare x) { return std::optional(x); }),
              detail::TryCollect<std::vector<Bare>>{});
  });
}
