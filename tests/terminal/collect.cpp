#include <parallel_task/terminal/collect.hpp>

#include "every.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <unordered_map>

using namespace every;

namespace {

/// A container of somebody's own that nothing but its appender can fill.
struct Tape {
  std::string text;
};

}  // namespace

template <>
struct parallel_task::appender<Tape> {
  static void append(Tape& tape, int item) { tape.text += std::to_string(item) + ";"; }
};

TEST_CASE("collect gives the items in order, in any container") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    CHECK(run(make(), detail::Collect<std::vector<int>>{}) == expected);
  });
  kind_and_size([](auto make, std::vector<int> const& expected) {
    CHECK(std::ranges::equal(run(make(), detail::Collect<pt::buffer<int>>{}), expected));
    CHECK(std::ranges::equal(run(make(), detail::Collect<std::list<int>>{}), expected));
    CHECK(std::ranges::equal(run(make(), detail::Collect<std::deque<int>>{}), expected));
    CHECK(std::ranges::equal(run(make(), detail::Collect<std::forward_list<int>>{}), expected));
  });
}

TEST_CASE("collect fills sets, stacks, strings and containers of one's own") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    CHECK(run(make(), detail::Collect<std::set<int>>{}) == std::set<int>(expected.begin(), expected.end()));
    CHECK(run(make(), detail::Collect<std::multiset<int>>{}) == std::multiset<int>(expected.begin(), expected.end()));
    auto stack = run(make(), detail::Collect<std::stack<int>>{});
    CHECK(stack.size() == expected.size());
    if (!expected.empty()) CHECK(stack.top() == expected.back());
    std::string letters;
    std::string words;
    std::string tape;
    for (int x : expected) {
      letters += static_cast<char>('a' + (x + 3) % 26);
      words += std::to_string(x);
      tape += std::to_string(x) + ";";
    }
    auto letter = [](int x) { return static_cast<char>('a' + (x + 3) % 26); };
    auto word = [](int x) { return std::to_string(x); };
    CHECK(run(detail::Map(make(), letter), detail::Collect<std::string>{}) == letters);
    CHECK(run(detail::Map(make(), word), detail::Collect<std::string>{}) == words);
    CHECK(run(make(), detail::Collect<Tape>{}).text == tape);
  });
}

TEST_CASE("a map keeps the first of equal keys, a multimap their order") {
  for (std::size_t n : sizes) {
    std::vector<int> const keys = numbers(n);
    // the value tells the position
    std::map<int, std::size_t> first;
    std::multimap<int, std::size_t> all;
    for (std::size_t i = 0; i != n; ++i) {
      first.emplace(keys[i] % 10, i);
      all.emplace(keys[i] % 10, i);
    }
    auto pairs = [&keys, n] {
      return detail::Map(detail::borrow(std::views::iota(std::size_t{0}, n)),
                         [&keys](std::size_t i) { return std::pair(keys[i] % 10, i); });
    };
    for_each_schedule([&] {
      CHECK(run(pairs(), detail::Collect<std::map<int, std::size_t>>{}) == first);
      CHECK(run(pairs(), detail::Collect<std::multimap<int, std::size_t>>{}) == all);
      CHECK(run(pairs(), detail::Collect<std::unordered_map<int, std::size_t>>{}) ==
            std::unordered_map<int, std::size_t>(first.begin(), first.end()));
    });
  }
}

TEST_CASE("collect of bool does not race, into bits or bytes") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<bool> bits;
    for (int x : expected) bits.push_back(x % 2 == 0);
    auto even = [](int x) { return x % 2 == 0; };
    CHECK(run(detail::Map(make(), even), detail::Collect<std::vector<bool>>{}) == bits);
    CHECK(std::ranges::equal(run(detail::Map(make(), even), detail::Collect<std::vector<char>>{}), bits));
  });
}

TEST_CASE("collect needs neither a default constructor nor copies") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    auto bare = run(detail::Map(make(), [](int x) { return Bare(x); }), detail::Collect<std::vector<Bare>>{});
    CHECK(std::ranges::equal(bare, expected, {}, &Bare::value));
    auto same = run(detail::Map(make(), [](int x) { return Bare(x); }), detail::Collect<pt::buffer<Bare>>{});
    CHECK(std::ranges::equal(same, expected, {}, &Bare::value));
    auto pointers = run(detail::Map(make(), [](int x) { return std::make_unique<int>(x); }),
                        detail::Collect<std::vector<std::unique_ptr<int>>>{});
    CHECK(std::ranges::equal(pointers, expected, {}, [](auto const& p) { return *p; }));
  });
  CHECK(Live::alive == 0);
}

TEST_CASE("a collected container stores values, and converts") {
  std::vector<int> v{1, 2, 3};
  auto doubles = run(detail::borrow(v), detail::Collect<std::vector<double>>{});
  CHECK(doubles == std::vector<double>{1, 2, 3});
  static_assert(std::is_same_v<detail::CollectTemplate<std::vector, decltype(detail::borrow(v))>,
                               detail::Collect<std::vector<int>>>);
  std::map<int, std::string> const map{{1, "one"}, {2, "two"}};
  CHECK(run(detail::borrow(map), detail::Collect<std::map<int, std::string>>{}) == map);
  auto pairs = run(detail::borrow(map), detail::Collect<std::vector<std::pair<int const, std::string>>>{});
  CHECK(pairs.size() == 2);
}

TEST_CASE("collect_into replaces the content and keeps the capacity") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> v(5000, 77);
    int const* const data = v.data();
    run(make(), detail::make_collect_into(v));
    CHECK(v == expected);
    CHECK(v.data() == data);
    CHECK(v.capacity() == 5000);
    std::vector<int> grown(3, 77);
    run(make(), detail::make_collect_into(grown));
    CHECK(grown == expected);
    std::list<int> list(3, 77);
    run(make(), detail::make_collect_into(list));
    CHECK(std::ranges::equal(list, expected));
    pt::buffer<int> buffer{7, 7, 7};
    run(make(), detail::make_collect_into(buffer));
    CHECK(std::ranges::equal(buffer, expected));
    std::set<int> set{100000};
    run(make(), detail::make_collect_into(set));
    CHECK(set == std::set<int>(expected.begin(), expected.end()));
    std::stack<int> stack;
    stack.push(1);
    run(make(), detail::make_collect_into(stack));
    CHECK(stack.size() == expected.size());
  });
}

TEST_CASE("append_to goes behind what is there") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> wanted(3, 77);
    wanted.insert(wanted.end(), expected.begin(), expected.end());
    std::vector<int> v(3, 77);
    run(make(), detail::make_append_to(v));
    CHECK(v == wanted);
    std::list<int> list(3, 77);
    run(make(), detail::make_append_to(list));
    CHECK(std::ranges::equal(list, wanted));
    std::forward_list<int> forward(3, 77);
    run(make(), detail::make_append_to(forward));
    CHECK(std::ranges::equal(forward, wanted));
    pt::buffer<int> buffer{77, 77, 77};
    run(make(), detail::make_append_to(buffer));
    CHECK(std::ranges::equal(buffer, wanted));
    std::vector<int> empty;
    run(make(), detail::make_append_to(empty));
    CHECK(empty == expected);
  });
}

TEST_CASE("appending again and again stays linear") {
  std::vector<int> const v(10, 1);
  std::vector<int> all;
  int moves = 0;
  for (int i = 0; i != 1000; ++i) {
    int const* const data = all.data();
    run(detail::borrow(v), detail::make_append_to(all));
    moves += all.data() == data ? 0 : 1;
  }
  CHECK(all.size() == 10000);
  CHECK(moves < 20);
}

TEST_CASE("collect_into a span or array wants the exact size") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> v(expected.size(), 77);
    std::span<int> const span(v);
    run(make(), detail::make_collect_into(span));
    CHECK(v == expected);
    std::vector<int> longer(expected.size() + 1, 77);
    std::span<int> too_long(longer);
    CHECK_THROWS_AS(run(make(), detail::make_collect_into(too_long)), std::invalid_argument);
    CHECK(longer == std::vector<int>(expected.size() + 1, 77));
  });
  std::vector<int> const v{1, 2, 3};
  std::array<int, 3> array{};
  run(detail::borrow(v), detail::make_collect_into(array));
  CHECK(array == std::array<int, 3>{1, 2, 3});
  int plain[3]{};
  run(detail::borrow(v), detail::make_collect_into(plain));
  CHECK(plain[2] == 3);
  try {
    std::array<int, 4> wrong{};
    run(detail::borrow(v), detail::make_collect_into(wrong));
    FAIL("the size is wrong");
  } catch (std::invalid_argument const& error) {
    CHECK(std::string(error.what()).find("span") != std::string::npos);
  }
}

TEST_CASE("collect hands on what a closure throws, and leaves no item alive") {
  throwing_position<Live>([](auto source) { (void)run(std::move(source), detail::Collect<std::vector<Live>>{}); });
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::Collect<std::vector<Bare>>{}); });
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::Collect<pt::buffer<Bare>>{}); });
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::Collect<std::list<Bare>>{}); });
}

TEST_CASE("after a throw the target of append_to is what it was, that of collect_into is whole") {
  std::vector<int> v(100);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  auto failing = [&v] {
    return detail::Map(detail::borrow(v), [](int x) {
      if (x == 50) throw Thrown{50};
      return Live(x);
    });
  };
  for_each_schedule([&failing] {
    {
      std::vector<Live> target;
      for (int i = 0; i != 3; ++i) target.emplace_back(i);
      CHECK_THROWS_AS(run(failing(), detail::make_append_to(target)), Thrown);
      CHECK(target.size() == 3);
      CHECK(target[2].value == 2);
      CHECK_THROWS_AS(run(failing(), detail::make_collect_into(target)), Thrown);
      CHECK(Live::alive == static_cast<long>(target.size()));
      pt::buffer<Live> buffer{Live(1), Live(2)};
      CHECK_THROWS_AS(run(failing(), detail::make_append_to(buffer)), Thrown);
      CHECK(buffer.size() == 2);
    }
    CHECK(Live::alive == 0);
  });
}

TEST_CASE("a large result is complete") {
  std::size_t const n = (std::size_t{5} << 20) / sizeof(double);
  auto square = [](std::size_t i) { return static_cast<double>(i) * static_cast<double>(i); };
  auto source = [&] { return detail::Map(detail::borrow(std::views::iota(std::size_t{0}, n)), square); };
  auto check = [&](auto const& all, std::size_t before) {
    REQUIRE(all.size() == before + n);
    bool right = true;
    for (std::size_t i = 0; i != n; ++i) right = right && all[before + i] == square(i);
    CHECK(right);
  };
  check(run(source(), detail::Collect<std::vector<double>>{}), 0);
  check(run(source(), detail::Collect<pt::buffer<double>>{}), 0);
  check(run(detail::Filter(source(), [](double) { return true; }), detail::Collect<std::vector<double>>{}), 0);
  std::vector<double> v(3);
  run(source(), detail::make_append_to(v));
  check(v, 3);
}
