// What Rayon's own tests and examples say of parts of slices, of text, of trees and of repeated values, said of this
// library: one test for what each of them shows, written anew. Those of stages and terminals are in the files beside
// this one. Not here: what slices of bytes and chars do, and iter::split, repeat, which have no twin.
#include "catch.hpp"
#include "shuffle.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;
using RayonParts = std::vector<std::vector<int>>;
using RayonTexts = std::vector<std::string_view>;
using RayonInts = std::vector<int>;

auto const copied_part = [](auto const& part) { return RayonInts(part.begin(), part.end()); };
auto const turned_round = [](auto part) { std::ranges::reverse(part); };
auto const is_zero = [](int x) { return x == 0; };
auto const third = [](int x) { return x % 3 == 0; };

RayonInts counted(int n) {
  RayonInts v;
  for (int i = 0; i != n; ++i) v.push_back(i);
  return v;
}

/// What a loop finds between separators, or up to and with them: no last piece then, if nothing is left.
RayonParts pieces_of(RayonInts const& v, int m, bool with_separator) {
  RayonParts result(1);
  for (int x : v) {
    bool const ends = x % m == 0;
    if (!ends || with_separator) result.back().push_back(x);
    if (ends) result.emplace_back();
  }
  if (with_separator && result.back().empty()) result.pop_back();
  return result;
}

}  // namespace

TEST_CASE("as in Rayon: split and split_after cut where the loop does, with any distance of separators") {
  RayonInts const v = counted(1000);
  for (int m = 1; m < 100; m += 7) {
    auto const ends = [m](int x) { return x % m == 0; };
    CHECK(pt::split(v, ends).map(copied_part).collect<std::vector>() == pieces_of(v, m, false));
    CHECK(pt::split_after(v, ends).map(copied_part).collect<std::vector>() == pieces_of(v, m, true));
  }
}

TEST_CASE("as in Rayon: split at the ends of a slice and between neighbours gives empty pieces, split_after none") {
  for_each_schedule([] {
    auto const between = [](RayonInts const& v) { return pt::split(v, third).map(copied_part).collect<std::vector>(); };
    auto const after = [](RayonInts const& v) {
      return pt::split_after(v, third).map(copied_part).collect<std::vector>();
    };
    CHECK(between({10, 40, 33, 20}) == RayonParts{{10, 40}, {20}});
    CHECK(between({10, 40, 33}) == RayonParts{{10, 40}, {}});
    CHECK(between({10, 6, 33, 20}) == RayonParts{{10}, {}, {20}});
    CHECK(after({10, 40, 33, 20}) == RayonParts{{10, 40, 33}, {20}});
    CHECK(after({3, 10, 40, 33}) == RayonParts{{3}, {10, 40, 33}});
    RayonInts const v{1, 2, 3, 0, 2, 4, 8, 0, 3, 6, 9};
    auto const product = [](std::span<int const> part) { return pt::parallel_iter(part).product<int>(); };
    CHECK(pt::split(v, is_zero).map(product).collect<std::vector>() == RayonInts{6, 64, 162});
    auto const length = [](std::span<int const> part) { return part.size(); };
    CHECK(pt::split_after(v, is_zero).map(length).collect<std::vector>() == std::vector<std::size_t>{4, 4, 3});
  });
}

TEST_CASE("as in Rayon: pieces of a slice that may be changed are changed in place") {
  for_each_schedule([] {
    RayonInts firsts{10, 40, 30, 20, 60, 50};
    pt::split(firsts, third).for_each([](std::span<int> group) { group[0] = 1; });
    CHECK(firsts == RayonInts{1, 40, 30, 1, 60, 1});
    RayonInts lasts{10, 40, 30, 20, 60, 50};
    pt::split_after(lasts, third).for_each([](std::span<int> group) { group.back() = 1; });
    CHECK(lasts == RayonInts{10, 40, 1, 20, 1, 1});
    RayonInts const whole{1, 2, 3, 0, 2, 4, 8, 0, 3, 6, 9};
    RayonInts v = whole;
    pt::split(v, is_zero).for_each(turned_round);
    CHECK(v == RayonInts{3, 2, 1, 0, 8, 4, 2, 0, 9, 6, 3});
    v = whole;
    pt::split_after(v, is_zero).for_each(turned_round);
    CHECK(v == RayonInts{0, 3, 2, 1, 0, 8, 4, 2, 9, 6, 3});
    RayonInts runs{1, 2, 2, 3, 3, 3};
    pt::chunk_by(runs, std::equal_to<>()).for_each([](std::span<int> run) { run[0] = static_cast<int>(run.size()); });
    CHECK(runs == RayonInts{1, 2, 2, 3, 3, 3});
  });
}

TEST_CASE("as in Rayon: sums of products of pairs and of triples, by chunks with a shorter last one") {
  RayonInts const v{1, 5, 10, 4, 100, 3, 1000, 2, 10000, 1};
  RayonInts const five{1, 2, 3, 4, 5};
  auto const product = [](std::span<int const> part) {
    int all = 1;
    for (int x : part) all *= x;
    return all;
  };
  for_each_schedule([&] {
    CHECK(pt::chunk(v, 2).map(product).sum() == 12345);
    CHECK(pt::chunk(v, 3).map(product).sum() == 50 + 1200 + 20'000'000 + 1);
    CHECK(pt::chunk(five, 2).map(copied_part).collect<std::vector>() == RayonParts{{1, 2}, {3, 4}, {5}});
    CHECK(pt::chunk_exact(five, 2).map(copied_part).collect<std::vector>() == RayonParts{{1, 2}, {3, 4}});
  });
}

TEST_CASE("as in Rayon: chunks that may be changed, whole or with a rest that stays") {
  auto const sum_up = [](std::span<int> part) { part[0] = pt::parallel_iter(part).sum<int>(); };
  for_each_schedule([&] {
    RayonInts v = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    pt::chunk(v, 2).for_each(sum_up);
    CHECK(v == RayonInts{3, 2, 7, 4, 11, 6, 15, 8, 19, 10});
    v = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    pt::chunk(v, 3).for_each(sum_up);
    CHECK(v == RayonInts{6, 2, 3, 15, 5, 6, 24, 8, 9, 10});
    RayonInts five = {1, 2, 3, 4, 5};
    pt::chunk(five, 2).for_each(turned_round);
    CHECK(five == RayonInts{2, 1, 4, 3, 5});
    five = {1, 2, 3, 4, 5};
    pt::chunk_exact(five, 3).for_each(turned_round);
    CHECK(five == RayonInts{3, 2, 1, 4, 5});
  });
}

TEST_CASE("as in Rayon's rchunks: chunks from the end, by the range turned round") {
  for_each_schedule([] {
    RayonInts v{1, 2, 3, 4, 5};
    CHECK(pt::chunk(std::views::reverse(v), 2).map(copied_part).collect<std::vector>() ==
          RayonParts{{5, 4}, {3, 2}, {1}});
    CHECK(pt::chunk_exact(std::views::reverse(v), 2).map(copied_part).collect<std::vector>() ==
          RayonParts{{5, 4}, {3, 2}});
    pt::chunk(std::views::reverse(v), 2).for_each(turned_round);
    CHECK(v == RayonInts{1, 3, 2, 5, 4});
    v = {1, 2, 3, 4, 5};
    pt::chunk_exact(std::views::reverse(v), 3).for_each(turned_round);
    CHECK(v == RayonInts{1, 2, 5, 4, 3});
  });
}

TEST_CASE("as in Rayon: windows, of more items than there are too, chained and zipped") {
  RayonInts const v = counted(1024);
  auto const windows = [&v](std::size_t n) {
    RayonParts result;
    for (std::size_t i = 0; i + n <= v.size(); ++i) {
      result.emplace_back(v.begin() + static_cast<std::ptrdiff_t>(i), v.begin() + static_cast<std::ptrdiff_t>(i + n));
    }
    return result;
  };
  for (std::size_t n : {std::size_t{2}, std::size_t{100}, std::size_t{1'000'000}}) {
    CHECK(pt::slide(v, n).map(copied_part).collect<std::vector>() == windows(n));
  }
  for_each_schedule([&] {
    auto const pairs = pt::slide(v, 2).chain(pt::slide(v, 1'000'000)).zip(pt::slide(v, 2)).collect<std::vector>();
    CHECK(pairs.size() == 1023);
    CHECK(std::ranges::all_of(pairs, [](auto const& both) { return both.first.data() == both.second.data(); }));
    RayonInts const three{1, 2, 3};
    CHECK(pt::adjacent<2>(three).map([](int a, int b) { return 10 * a + b; }).collect<std::vector>() ==
          RayonInts{12, 23});
  });
}

TEST_CASE("as in Rayon: chunk_by gives runs of equal neighbours") {
  RayonInts const v = counted(1000);
  for_each_schedule([&v] {
    auto const runs = [](RayonInts const& of, auto same) {
      return pt::chunk_by(of, same).map(copied_part).template collect<std::vector>();
    };
    CHECK(runs({1, 2, 2, 3, 3, 3}, std::equal_to<>()) == RayonParts{{1}, {2, 2}, {3, 3, 3}});
    CHECK(runs({}, std::equal_to<>()).empty());
    CHECK(runs({1, 2, 0, 5, 4}, std::less<>()) == RayonParts{{1, 2}, {0, 5}, {4}});
    // All of them one run, and each its own.
    CHECK(pt::chunk_by(v, [](int, int) { return true; }).map(copied_part).collect<std::vector>() == RayonParts{v});
    CHECK(pt::chunk_by(v, [](int, int) { return false; }).count() == 1000);
  });
}

// Rayon splits each producer at all pairs of positions and looks at the three parts.
TEST_CASE("as in Rayon: parts of parts are those of the whole, wherever they are cut") {
  auto const cut_anywhere = [](auto make, auto const& expected) {
    std::size_t const n = expected.size();
    for (std::size_t j = 0; j <= n; ++j) {
      for (std::size_t i = 0; i <= j; ++i) {
        auto parts = make().take(i).chain(make().slice(i, j)).chain(make().drop(j));
        CHECK(std::move(parts).template collect<std::vector>() == expected);
        auto turned = make().slice(i, j).reverse().template collect<std::vector>();
        std::ranges::reverse(turned);
        CHECK(std::ranges::equal(turned, expected | std::views::drop(i) | std::views::take(j - i)));
      }
    }
  };
  RayonInts const v = counted(9);
  cut_anywhere([&v] { return pt::chunk(v, 2).map(copied_part); }, RayonParts{{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8}});
  cut_anywhere([&v] { return pt::chunk_exact(v, 2).map(copied_part); }, RayonParts{{0, 1}, {2, 3}, {4, 5}, {6, 7}});
  cut_anywhere([&v] { return pt::slide(v, 7).map(copied_part); },
               RayonParts{{0, 1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6, 7}, {2, 3, 4, 5, 6, 7, 8}});
  cut_anywhere([] { return pt::repeat_n(1, 5); }, RayonInts{1, 1, 1, 1, 1});
  cut_anywhere([] { return pt::once(7); }, RayonInts{7});
  cut_anywhere([] { return pt::empty<int>(); }, RayonInts{});
  cut_anywhere([] { return pt::indices(3).interleave(pt::indices(10, 15)); }, RayonInts{0, 10, 1, 11, 2, 12, 13, 14});
  cut_anywhere([] { return pt::indices(4).intersperse(-1); }, RayonInts{0, -1, 1, -1, 2, -1, 3});
  cut_anywhere([] { return pt::indices(7).chunk(3); }, RayonParts{{0, 1, 2}, {3, 4, 5}, {6}});
  cut_anywhere([] { return pt::indices(6).max_len(2).min_len(1); }, counted(6));
}

TEST_CASE("as in Rayon: text split at characters, at one of several, and by a closure") {
  // Each text with a separator of its own; empty pieces at the ends and between neighbours stay.
  for (auto const& [text, separator] :
       std::vector<std::pair<std::string, char>>{{"Mary had a little lamb", ' '},
                                                 {"", 'X'},
                                                 {"lionXXtigerXleopard", 'X'},
                                                 {"||||a||b|c", '|'},
                                                 {"(///)", '/'},
                                                 {"010", '0'},
                                                 {"    a  b c", ' '},
                                                 {"A.B.", '.'},
                                                 {"A..B..", '.'},
                                                 {"foo\r\nbar\n\nbaz\n", '\n'},
                                                 {"foo\nbar\n\r\nbaz", '\n'},
                                                 {" Mary   had\ta little  \n\t lamb", ' '}}) {
    RayonTexts between;
    RayonTexts after;
    std::vector<std::size_t> places;
    std::string_view left = text;
    for (std::size_t at; (at = left.find(separator)) != left.npos; left.remove_prefix(at + 1)) {
      between.push_back(left.substr(0, at));
      after.push_back(left.substr(0, at + 1));
      places.push_back(text.size() - left.size() + at);
    }
    between.push_back(left);
    if (!left.empty()) after.push_back(left);
    auto const is = [c = separator](char x) { return x == c; };
    auto const one_of = [c = separator](char x) { return x == '\0' || x == c || x == '\x01'; };
    auto const as_text = [](auto part) { return std::string_view(part.data(), part.size()); };
    for_each_schedule(
        [&, &input = text, c = separator] {
          CHECK(pt::split(input, c).collect<std::vector>() == between);
          CHECK(pt::split(input, std::string(1, c)).collect<std::vector>() == between);
          CHECK(pt::split(input, is).collect<std::vector>() == between);
          CHECK(pt::split(input, one_of).collect<std::vector>() == between);
          CHECK(pt::split_after(input, is).map(as_text).collect<std::vector>() == after);
          CHECK(pt::find_all(input, c).collect<std::vector>() == places);
          CHECK(pt::find_all(input, one_of).collect<std::vector>() == places);
        },
        1);
  }
}

TEST_CASE("as in Rayon: lines and words, of texts with and without an end of the last line") {
  for_each_schedule([] {
    RayonTexts const mary{"Mary had a little lamb", "little lamb", "little lamb."};
    CHECK(pt::lines("Mary had a little lamb\nlittle lamb\nlittle lamb.").collect<std::vector>() == mary);
    CHECK(pt::lines("Mary had a little lamb\nlittle lamb\nlittle lamb.\n").collect<std::vector>() == mary);
    CHECK(pt::lines("foo\r\nbar\n\nbaz\n").collect<std::vector>() == RayonTexts{"foo", "bar", "", "baz"});
    CHECK(pt::lines("hello world\nfizbuzz")
              .map([](std::string_view line) { return line.size(); })
              .collect<std::vector>() == std::vector<std::size_t>{11, 7});
    CHECK(pt::words(" Mary   had\ta\xe2\x80\x89little  \n\t lamb").collect<std::vector>() ==
          RayonTexts{"Mary", "had", "a\xe2\x80\x89little", "lamb"});
    CHECK(pt::words("which is the longest word?").max_by_key([](std::string_view word) { return word.size(); }) ==
          "longest");
    CHECK(pt::words("").count() == 0);
    CHECK(pt::words("   ").count() == 0);
  });
}

TEST_CASE("as in Rayon: the numbers among the pieces of a text are added, digits are found where they are") {
  std::string const text = "1, 2, buckle, 3, 4, door";
  auto const number = [](std::string_view piece) {
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    bool const is_number = !piece.empty() && std::isdigit(static_cast<unsigned char>(piece[0])) != 0;
    return is_number ? std::optional<int>(piece[0] - '0') : std::nullopt;
  };
  auto const is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  for_each_schedule([&] {
    CHECK(pt::split(text, ',').filter_map(number).sum() == 10);
    CHECK(pt::find_all(text, is_digit).collect<std::vector>() == std::vector<std::size_t>{0, 3, 14, 17});
    CHECK(pt::find_all(text, is_digit).map([&text](std::size_t at) { return text[at] - '0'; }).sum() == 10);
    auto const brackets = [](char c) { return c == '(' || c == ')'; };
    CHECK(pt::split("((1 + 3) * 2)", brackets).collect<std::vector>() == RayonTexts{"", "", "1 + 3", " * 2", ""});
  });
}

namespace {

struct TreeNode {
  int content;
  std::unique_ptr<TreeNode> left = nullptr;
  std::unique_ptr<TreeNode> right = nullptr;
};

using Bounds = std::pair<int, int>;  // a half-open range of numbers

}  // namespace

TEST_CASE("as in Rayon: walk_tree_prefix and walk_tree_postfix meet the numbers of a range halved in order") {
  auto const present = [](std::array<Bounds, 2> const& both) {
    std::vector<Bounds> result;
    for (Bounds b : both) {
      if (b.first < b.second) result.push_back(b);
    }
    return result;
  };
  auto const smallest_on_top = [present](Bounds r) {
    int const middle = (r.first + 1 + r.second) / 2;
    return present({Bounds{r.first + 1, middle}, Bounds{middle, r.second}});
  };
  auto const largest_on_top = [present](Bounds r) {
    int const middle = (r.first + r.second - 1) / 2;
    return present({Bounds{r.first, middle}, Bounds{middle, r.second - 1}});
  };
  for_each_schedule([&] {
    CHECK(pt::walk_tree_prefix(Bounds{0, 100}, smallest_on_top)
              .map([](Bounds r) { return r.first; })
              .collect<std::vector>() == counted(100));
    CHECK(pt::walk_tree_postfix(Bounds{0, 100}, largest_on_top)
              .map([](Bounds r) { return r.second - 1; })
              .collect<std::vector>() == counted(100));
  });
}

TEST_CASE("as in Rayon: trees that are lists, by children that may not be there") {
  for_each_schedule([] {
    auto const up = [](int e) { return e < 99 ? RayonInts{e + 1} : RayonInts(); };
    auto const down = [](int e) { return e > 0 ? RayonInts{e - 1} : RayonInts(); };
    CHECK(pt::walk_tree_prefix(0, up).collect<std::vector>() == counted(100));
    CHECK(pt::walk_tree_postfix(99, down).collect<std::vector>() == counted(100));
  });
}

TEST_CASE("as in Rayon: trees of degree five, by slices of one array") {
  RayonInts const nodes = counted((5 * 5 * 5 * 5 * 5 - 1) / 4);
  using Slice = std::span<int const>;
  auto const fifths = [](Slice rest) {
    std::vector<Slice> result;
    std::size_t const length = rest.size() / 5;
    for (std::size_t i = 0; length != 0 && i != 5; ++i) result.push_back(rest.subspan(i * length, length));
    return result;
  };
  for_each_schedule(
      [&] {
        CHECK(pt::walk_tree_prefix(Slice(nodes), [&](Slice r) {
                return fifths(r.subspan(1));
              }).map([](Slice r) {
                  return r.front();
                }).collect<std::vector>() == nodes);
        CHECK(pt::walk_tree_postfix(Slice(nodes), [&](Slice r) {
                return fifths(r.first(r.size() - 1));
              }).map([](Slice r) {
                  return r.back();
                }).collect<std::vector>() == nodes);
      },
      2);
}

TEST_CASE("as in Rayon: a tree of numbers is added up in any order, one of nodes walked by reference") {
  auto const halves = [](int e) { return e <= 2 ? RayonInts() : RayonInts{e / 2, e / 2 + 1}; };
  TreeNode root{10};
  root.left = std::make_unique<TreeNode>(TreeNode{3});
  root.right = std::make_unique<TreeNode>(TreeNode{14});
  root.right->right = std::make_unique<TreeNode>(TreeNode{18});
  auto const children = [](TreeNode const* node) {
    std::vector<TreeNode const*> result;
    if (node->left) result.push_back(node->left.get());
    if (node->right) result.push_back(node->right.get());
    return result;
  };
  auto const content = [](TreeNode const* node) { return node->content; };
  TreeNode const* const top = &root;
  for_each_schedule([&] {
    CHECK(pt::walk_tree(4, halves).sum() == 12);
    CHECK(pt::walk_tree_prefix(4, halves).sum() == 12);
    CHECK(pt::walk_tree_postfix(4, halves).sum() == 12);
    CHECK(pt::walk_tree_prefix(top, children).map(content).collect<std::vector>() == RayonInts{10, 3, 14, 18});
    CHECK(pt::walk_tree_postfix(top, children).map(content).collect<std::vector>() == RayonInts{3, 18, 14, 10});
  });
}

TEST_CASE("as in Rayon: one value, none and the same again between and beside others") {
  for_each_schedule([] {
    auto const with_one = [] { return pt::indices(1234).chain(pt::once(-1)).chain(pt::indices(1234, 10'000)); };
    auto const negative = [](int x) { return x < 0; };
    CHECK(with_one().count() == 10'001);
    CHECK(with_one().filter(negative).count() == 1);
    CHECK(with_one().position_any(negative) == 1234U);
    CHECK(pt::indices(1234).chain(pt::empty<int>()).chain(pt::indices(1234, 10'000)).count() == 10'000);
    CHECK(pt::empty<int>().filter([](int) -> bool { throw "never called"; }).count() == 0);
    CHECK(pt::empty<int>().zip(pt::indices(1, 10)).count() == 0);
    CHECK(pt::once(42).filter([](int) { return true; }).collect<std::vector>() == RayonInts{42});
    using Pairs = std::vector<std::pair<int, int>>;
    CHECK(pt::once(42).zip(pt::indices(1, 10)).collect<std::vector>() == Pairs{{42, 1}});
    CHECK(pt::repeat_n(22, 3).zip(pt::indices(3)).collect<std::vector>() == Pairs{{22, 0}, {22, 1}, {22, 2}});
    RayonInts out{1, 2, 3};
    pt::empty<int>().collect_into(out);
    CHECK(out.empty());
    pt::once(42).collect_into(out);
    CHECK(out == RayonInts{42});
  });
}

TEST_CASE("as in Rayon: more repeats than anybody could count, beside four items on either side") {
  constexpr std::size_t many = ~std::size_t{0} / 2;
  RayonInts const fours{4, 4, 4, 4};
  std::vector<std::pair<int, int>> const pairs(4, {4, 4});
  CHECK(pt::repeat_n(4, many).zip(fours).collect<std::vector>() == pairs);
  CHECK(pt::parallel_iter(fours).zip(pt::repeat_n(4, many)).collect<std::vector>() == pairs);
  CHECK(pt::repeat_n(4, many).take(4).collect<std::vector>() == fours);
  CHECK(pt::repeat_n(4, many).find_any([](int x) { return x % 2 == 0; }) == 4);
}

namespace {

/// Counts how often it is copied and how many there are.
struct Copied {
  static inline std::atomic<int> copies{0};
  static inline std::atomic<int> alive{0};
  Copied() { ++alive; }
  Copied(Copied const& /*other*/) { ++alive, ++copies; }
  Copied(Copied&& /*other*/) noexcept { ++alive; }
  Copied& operator=(Copied const&) = delete;
  ~Copied() { --alive; }
};

}  // namespace

TEST_CASE("as in Rayon: a repeated value is copied no more often than it is given, and none is left") {
  {
    auto const none = pt::repeat_n(Copied(), 100);
    Copied::copies = 0;
  }
  CHECK(Copied::alive == 0);
  for_each_schedule([] {
    auto all = pt::repeat_n(Copied(), 100);
    auto every_fiftieth = pt::repeat_n(Copied(), 100).stride(50);
    Copied::copies = 0;
    CHECK(std::move(all).map([](Copied const&) { return 1; }).sum() == 100);
    CHECK(Copied::copies <= 100);
    Copied::copies = 0;
    CHECK(std::move(every_fiftieth).map([](Copied const&) { return 1; }).sum() == 2);
    CHECK(Copied::copies <= 2);
  });
  CHECK(Copied::alive == 0);
}
