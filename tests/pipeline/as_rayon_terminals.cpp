// What Rayon's own tests and examples say of what an iterator ends in, said of this library's terminals: one test for
// what each of them shows, written anew. Those of sources and stages are in the files beside this one.
#include "terminal/every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <compare>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

using namespace every;

namespace {

using Numbers = std::vector<int>;

std::optional<int> as_number(std::string_view text) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}
std::optional<int> half_if_positive(int x) { return x > 0 ? std::optional(x / 2) : std::nullopt; }
std::optional<int> half_if_negative(int x) { return x < 0 ? std::optional(x / 2) : std::nullopt; }

std::optional<int> add_checked(int a, int b) {
  constexpr int most = std::numeric_limits<int>::max();
  return a > most - b ? std::nullopt : std::optional(a + b);
}

/// Less, equal or greater, of items that are all one or the other.
template <class Ordering>
int order_of(Ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : order == 0 ? 0 : 2;
}

}  // namespace

TEST_CASE("as in Rayon: find_any, position_any, any and all, of what is there once, often or never") {
  for_each_schedule([] {
    auto const numbers = [] { return pt::indices(1024); };
    auto const often = [](int x) { return x % 42 == 41; };
    auto const once = [](int x) { return x % 19 == 1 && x % 53 == 0; };
    auto const never = [](int x) { return x < 0; };
    auto const found = numbers().find_any(often);
    CHECK((found && often(*found)));
    CHECK(numbers().find_any(once) == 742);
    CHECK(numbers().find_any(never) == std::nullopt);
    auto const place = numbers().position_any(often);
    CHECK((place && *place % 42 == 41));
    CHECK(numbers().position_any(once) == 742U);
    CHECK(numbers().position_any(never) == std::nullopt);
    CHECK(numbers().any([](int x) { return x > 1000; }));
    CHECK(!numbers().any(never));
    CHECK(!numbers().all([](int x) { return x > 1000; }));
    CHECK(numbers().all([](int x) { return x >= 0; }));
  });
}

TEST_CASE("as in Rayon: the first and the last that is found, and where") {
  for_each_schedule([] {
    auto const numbers = [] { return pt::indices(1024); };
    auto const often = [](int x) { return x % 42 == 41; };
    auto const once = [](int x) { return x % 19 == 1 && x % 53 == 0; };
    auto const never = [](int x) { return x < 0; };
    CHECK(numbers().find_first(often) == 41);
    CHECK(numbers().find_first(once) == 742);
    CHECK(numbers().find_first(never) == std::nullopt);
    CHECK(numbers().position_first(often) == 41U);
    CHECK(numbers().position_first(once) == 742U);
    CHECK(numbers().position_first(never) == std::nullopt);
    CHECK(numbers().find_last(often) == 1007);
    CHECK(numbers().find_last(once) == 742);
    CHECK(numbers().find_last(never) == std::nullopt);
    CHECK(numbers().position_last(often) == 1007U);
    CHECK(numbers().position_last(once) == 742U);
    CHECK(numbers().position_last(never) == std::nullopt);
    Numbers const v{1, 2, 3, 3};
    auto const three = [](int x) { return x == 3; };
    CHECK(pt::parallel_iter(v).position_first(three) == 2U);
    CHECK(pt::parallel_iter(v).position_last(three) == 3U);
    CHECK(pt::parallel_iter(v).find_last(three) == 3);
    CHECK(pt::parallel_iter(v).find_last([](int x) { return x == 100; }) == std::nullopt);
  });
}

TEST_CASE("as in Rayon: the first, the last or any value that a closure makes, of none, of some and of many") {
  Numbers v;
  for_each_schedule([&v] {
    CHECK(!pt::parallel_iter(v).find_map_any(half_if_positive));
    CHECK(!pt::parallel_iter(v).find_map_first(half_if_positive));
    CHECK(!pt::parallel_iter(v).find_map_last(half_if_positive));
  });
  for (int x = -1024; x != -3; ++x) v.push_back(x);
  for_each_schedule([&v] {
    CHECK(!pt::parallel_iter(v).find_map_any(half_if_positive));
    CHECK(!pt::parallel_iter(v).find_map_first(half_if_positive));
    CHECK(!pt::parallel_iter(v).find_map_last(half_if_positive));
    CHECK(pt::parallel_iter(v).find_map_any(half_if_negative).has_value());
    CHECK(pt::parallel_iter(v).find_map_first(half_if_negative) == -512);
    CHECK(pt::parallel_iter(v).find_map_last(half_if_negative) == -2);
  });
  for (int x = 2; x != 1025; ++x) v.push_back(x);
  for_each_schedule([&v] {
    CHECK(pt::parallel_iter(v).find_map_any(half_if_positive).has_value());
    CHECK(pt::parallel_iter(v).find_map_first(half_if_positive) == 1);
    CHECK(pt::parallel_iter(v).find_map_last(half_if_positive) == 512);
    std::vector<std::string_view> const texts{"lol", "NaN", "2", "5"};
    CHECK(pt::parallel_iter(texts).find_map_first(as_number) == 2);
    CHECK(pt::parallel_iter(texts).find_map_last(as_number) == 5);
    CHECK(pt::parallel_iter(texts).drop(3).find_map_any(as_number) == 5);
  });
}

TEST_CASE("as in Rayon: what is not there is looked for in all items, what is there in fewer") {
  std::atomic<int> seen{0};
  auto const among = [&seen](int first, int last) {
    seen = 0;
    return pt::indices(2048).find_any([&, first, last](int x) { return ++seen, x >= first && x < last; });
  };
  for_each_schedule([&] {
    CHECK(among(2048, 4000) == std::nullopt);
    CHECK(seen == 2048);
  });
  pt::thread_limit const alone(1);  // several threads may have looked at all others by then
  auto const found = among(1024, 1096);
  CHECK((found && *found >= 1024 && *found < 1096));
  CHECK(seen < 2048);
}

TEST_CASE("as in Rayon: numbers beyond what fits into memory are searched from either end") {
  constexpr std::uint64_t many = 1'000'000'000'000'000;
  CHECK(pt::indices(many).find_first([](std::uint64_t) { return true; }) == 0U);
  CHECK(pt::indices(many).find_last([](std::uint64_t) { return true; }) == many - 1);
  CHECK(pt::indices(many).position_last([](std::uint64_t) { return true; }) == many - 1);
  CHECK(pt::indices(many).filter([](std::uint64_t) { return true; }).find_any([](std::uint64_t) { return true; }));
  CHECK(pt::indices(many).first() == 0U);
  CHECK(pt::indices(many).last() == many - 1);
  CHECK(pt::indices(many).nth(123'456'789'012) == 123'456'789'012U);
}

TEST_CASE("as in Rayon: equal and compare of ranges that begin or end differently") {
  for_each_schedule([] {
    auto const from = [](int first, int last = 1024) { return pt::indices(first, last); };
    CHECK(order_of(from(0).compare(from(0))) == 0);
    CHECK(order_of(from(0).compare(from(1))) == -1);
    CHECK(order_of(from(1).compare(from(0))) == 1);
    CHECK(from(0).equal(from(0)));
    CHECK(!from(0).equal(from(1)));
    CHECK(!from(0).equal(from(1, 1025)));
    CHECK(order_of(pt::into_parallel_iter(Numbers{1, 2, 3}).compare(Numbers{1, 3, 0})) == -1);
    CHECK(order_of(pt::into_parallel_iter(Numbers{1, 2, 3}).compare(Numbers{1, 2})) == 1);
    // Length counts where all else is equal.
    Numbers const zeros(1024);
    Numbers const one_more(1025);
    CHECK(!pt::parallel_iter(zeros).equal(one_more));
    CHECK(order_of(pt::parallel_iter(zeros).compare(one_more)) == -1);
    CHECK(order_of(pt::parallel_iter(one_more).compare(zeros)) == 1);
  });
}

TEST_CASE("as in Rayon: compare of all tails of random numbers says what the loop says") {
  Numbers const a = numbers(300);
  Numbers const b = numbers(301);
  for (std::size_t i = 0; i != 300; ++i) {
    std::span<int const> const x = std::span(a).subspan(i);
    std::span<int const> const y = std::span(b).subspan(i);
    bool const is_less = std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
    CHECK((order_of(pt::parallel_iter(x).compare(y)) == -1) == is_less);
    CHECK(pt::parallel_iter(x).equal(y) == std::ranges::equal(x, y));
  }
}

TEST_CASE("as in Rayon: what is no number is unordered, unless a difference comes before it") {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  using Doubles = std::vector<double>;
  for_each_schedule([nan] {
    auto const order = [](Doubles const& x, Doubles const& y) { return pt::parallel_iter(x).compare(y); };
    CHECK(order({nan, 0}, {0, 1}) == std::partial_ordering::unordered);
    CHECK(order({0, nan}, {1, 1}) == std::partial_ordering::less);
    CHECK(order({1, nan}, {1, nan}) == std::partial_ordering::unordered);
    CHECK(order({1, 2}, {1, 2}) == std::partial_ordering::equivalent);
    CHECK(!pt::into_parallel_iter(Doubles{nan}).equal(Doubles{nan}));
    Doubles const zeros(1024);
    Doubles late = zeros;
    late[42] = nan;
    CHECK(order(zeros, late) == std::partial_ordering::unordered);
  });
}

TEST_CASE("as in Rayon: compare stops at the first difference") {
  pt::thread_limit const alone(1);
  Numbers const a(1024);
  Numbers b = a;
  b[42] = 1;
  for (std::size_t length = 1; length != 10; ++length) {
    std::atomic<std::size_t> seen{0};
    auto const order = pt::parallel_iter(a).max_len(length).inspect([&seen](int) { ++seen; }).compare(b);
    CHECK(order_of(order) == -1);
    CHECK(seen < a.size());
    seen = 0;
    CHECK(!pt::parallel_iter(a).max_len(length).inspect([&seen](int) { ++seen; }).equal(b));
    CHECK(seen < a.size());
  }
}

TEST_CASE("as in Rayon: try_collect gives all values or the first failure") {
  for_each_schedule([] {
    Numbers all;
    for (int i = 0; i != 2048; ++i) all.push_back(i);
    auto const but = [](int bad) { return [bad](int x) { return x == bad ? std::nullopt : std::optional(x); }; };
    CHECK(pt::indices(2048).map(but(-1)).try_collect<std::vector>() == all);
    CHECK(pt::indices(2048).map(but(1234)).try_collect<std::vector>() == std::nullopt);
    CHECK(pt::indices(0).map(but(0)).try_collect<std::vector>() == Numbers());
    auto const set = pt::indices(20).map([](int x) { return std::optional(x % 5); }).try_collect<std::set<int>>();
    CHECK(set == std::set<int>{0, 1, 2, 3, 4});
  });
}

TEST_CASE("as in Rayon: sums of squares that may overflow, in the squares or in the sum") {
  auto const square = [](int x) { return x > 46'340 ? std::nullopt : std::optional(x * x); };
  for_each_schedule([&] {
    CHECK(pt::indices(5).map(square).try_reduce(0, add_checked) == 30);
    CHECK(pt::indices(10'000).map(square).try_reduce(0, add_checked) == std::nullopt);
    CHECK(pt::indices(1'000'000, 1'000'001).map(square).try_reduce(0, add_checked) == std::nullopt);
    CHECK(pt::indices(0).map(square).try_reduce(7, add_checked) == 7);
    // Without a first value: nothing of no items.
    CHECK(pt::indices(0).map(square).try_reduce(add_checked) == std::nullopt);
    auto const sum = pt::indices(1, 5).map(square).try_reduce(add_checked);
    CHECK((sum && *sum == 30));
  });
}

TEST_CASE("as in Rayon: partition_map tells numbers from words, and in two steps four kinds") {
  using Either = std::variant<int, std::string_view>;
  for_each_schedule([] {
    auto const [found, others] = pt::words("a b c 1 2 3 x y z").partition_map([](std::string_view word) {
      auto const number = as_number(word);
      return number ? Either(*number) : Either(word);
    });
    CHECK(found == Numbers{1, 2, 3});
    CHECK(pt::parallel_iter(others).join_with("") == "abcxyz");
    using Two = std::variant<int, int>;
    auto const side = [](bool left, int x) {
      return left ? Two(std::in_place_index<0>, x) : Two(std::in_place_index<1>, x);
    };
    auto const [left, right] =
        pt::indices(8).partition_map([side](int x) { return side(x % 2 == 0, x % 2 == 0 ? x * 4 : x * 3); });
    CHECK(left == Numbers{0, 8, 16, 24});
    CHECK(right == Numbers{3, 9, 15, 21});
    auto const [fizzing, not_fizzing] = pt::indices(1, 20).partition_map([side](int x) { return side(x % 3 == 0, x); });
    auto const by_five = [side](int x) { return side(x % 5 == 0, x); };
    CHECK(pt::parallel_iter(fizzing).partition_map(by_five) == std::pair(Numbers{15}, Numbers{3, 6, 9, 12, 18}));
    CHECK(pt::parallel_iter(not_fizzing).partition_map(by_five) ==
          std::pair(Numbers{5, 10}, Numbers{1, 2, 4, 7, 8, 11, 13, 14, 16, 17, 19}));
  });
}

TEST_CASE("as in Rayon: unzip into several, into containers of any kind, and over what they held") {
  for_each_schedule([] {
    std::vector<std::pair<int, int>> const pairs{{0, 1}, {1, 2}, {2, 3}, {3, 4}};
    auto const [left, right] = pt::parallel_iter(pairs).unzip();
    CHECK(left == Numbers{0, 1, 2, 3});
    CHECK(right == Numbers{1, 2, 3, 4});
    auto const [values, squares, cubes] =
        pt::indices(4).map([](int i) { return std::tuple(i, i * i, i * i * i); }).unzip();
    CHECK(values == Numbers{0, 1, 2, 3});
    CHECK(squares == Numbers{0, 1, 4, 9});
    CHECK(cubes == Numbers{0, 1, 8, 27});
    std::vector<std::size_t> places(10, 42);
    Numbers items(10, -1);
    pt::indices(10, 15).enumerate().unzip_into(places, items);
    CHECK(places == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(items == Numbers{10, 11, 12, 13, 14});
    std::set<int> set{-1};
    pt::indices(1024).map([](int i) { return std::pair(i * i, i % 7); }).unzip_into(items, set);
    CHECK(items.size() == 1024);
    CHECK(set == std::set<int>{0, 1, 2, 3, 4, 5, 6});
    // Behind a filter, where no position is known.
    auto const [x, y] = pt::indices(1024).filter_map([](int i) { return std::optional(std::pair(i, i * i)); }).unzip();
    CHECK((x.size() == 1024 && y.back() == 1023 * 1023));
  });
}

TEST_CASE("as in Rayon's collect_vec_list: the lists of the segments hold all items") {
  for_each_schedule([] {
    auto const lists = pt::indices(101)
                           .filter([](int x) { return x % 2 == 0; })
                           .flat_map([](int x) { return std::views::iota(0, x); })
                           .collect_segments();
    std::size_t total = 0;
    for (auto const& list : lists) total += list.size();
    CHECK(total == 2550);
  });
}

TEST_CASE("as in Rayon: sets, lists, queues and texts are extended by what a pipeline gives") {
  for_each_schedule([] {
    Numbers const v = numbers(128);
    std::set<int> set(v.begin(), v.end());
    std::list<int> list(v.begin(), v.end());
    Numbers vector = v;
    pt::indices(-128, 0).append_to(set);
    pt::indices(-128, 0).append_to(list);
    pt::indices(-128, 0).append_to(vector);
    std::set<int> all(v.begin(), v.end());
    Numbers in_order = v;
    for (int i = -128; i != 0; ++i) {
      all.insert(i);
      in_order.push_back(i);
    }
    CHECK(set == all);
    CHECK(std::ranges::equal(list, in_order));
    CHECK(vector == in_order);
    std::map<int, int> map{{0, 7}};
    pt::indices(3).map([](int i) { return std::pair(i, -i); }).append_to(map);
    CHECK(map == std::map<int, int>{{0, 7}, {1, -1}, {2, -2}});  // who is there stays, as with insert
  });
}

TEST_CASE("as in Rayon: what was made before an exception is destroyed, whoever made it") {
  for (bool const throws : {false, true}) {
    for_each_schedule([throws] {
      static std::atomic<int> alive{0};
      static std::atomic<int> made{0};
      struct Counted {
        int value;
        explicit Counted(int x) : value(x) { ++alive, ++made; }
        Counted(Counted&& other) noexcept : value(other.value) { ++alive; }
        Counted& operator=(Counted&&) = default;
        ~Counted() { --alive; }
      };
      made = 0;
      std::vector<Counted> out;
      auto const make = [throws](int x) {
        if (throws && x > 740) throw x;
        return Counted(x);
      };
      bool thrown = false;
      try {
        pt::indices(1024).map(make).collect_into(out);
      } catch (int x) {
        thrown = x > 740;
      }
      CHECK(thrown == throws);
      if (!throws) CHECK(out.size() == 1024);
      CHECK(made <= 1024);
      out.clear();
      CHECK(alive == 0);
    });
  }
}
