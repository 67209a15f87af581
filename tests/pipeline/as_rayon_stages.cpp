// What Rayon's own tests and examples say of its adaptors, said of this library's stages: one test for what each of
// them shows, written anew. Those of sources and terminals are in the files beside this one.
#include "stage/stages.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

using namespace stages;

namespace {

/// A channel: whoever has a copy of the sender sends.
struct Channel {
  std::mutex mutex;
  std::multiset<int> received;
};
struct Sender {
  Channel* channel;
  void send(int x) const {
    std::lock_guard const lock(channel->mutex);
    channel->received.insert(x);
  }
};

ints up_to(int n) {
  ints v;
  for (int i = 0; i != n; ++i) v.push_back(i);
  return v;
}

ints taken_by_turns(ints const& x, ints const& y) {
  ints result;
  for (size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    if (i < x.size()) result.push_back(x[i]);
    if (i < y.size()) result.push_back(y[i]);
  }
  return result;
}

auto const is_even = [](int x) { return x % 2 == 0; };

}  // namespace

TEST_CASE("as in Rayon: chunks of no item are refused, even and uneven ones are what the loop makes") {
  using Lists = std::vector<ints>;
  CHECK_THROWS_AS((void)pt::indices(3).chunk(0), std::invalid_argument);
  for_each_schedule([] {
    CHECK(pt::indices(1, 10).chunk(3).collect<std::vector>() == Lists{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
    CHECK(pt::indices(1, 11).chunk(3).collect<std::vector>() == Lists{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10}});
    CHECK(pt::indices(0).chunk(2).collect<std::vector>().empty());
    CHECK(pt::indices(8).chunk(2).size() == 4);
    CHECK(pt::indices(9).chunk(3).size() == 3);
    CHECK(pt::indices(8).chunk(3).size() == 3);
    CHECK(pt::once(1).chunk(3).size() == 1);
    CHECK(pt::empty<int>().chunk(3).size() == 0);
    for (auto const& [n, length, expected] : std::vector<std::tuple<int, int, Lists>>{
             {5, 3, {{0, 1, 2}, {3, 4}}}, {1, 5, {{0}}}, {4, 3, {{0, 1, 2}, {3}}}}) {
      Lists out{{7}};
      pt::indices(n).chunk(length).collect_into(out);
      CHECK(out == expected);
      pt::indices(n).chunk(length).reverse().collect_into(out);
      CHECK(out == Lists(expected.rbegin(), expected.rend()));
    }
  });
}

TEST_CASE("as in Rayon: fold_chunks adds pairs of neighbours, and what is left in a shorter last one") {
  auto const add = [](int sum, int x) { return sum + x; };
  auto const sums = [&](int last, int length) {
    return pt::indices(1, last)
        .fold_chunks(
            length, [] { return 0; }, add)
        .collect<std::vector>();
  };
  CHECK_THROWS_AS((void)pt::indices(3).fold_chunks(
                      0, [] { return 0; }, add),
                  std::invalid_argument);
  for_each_schedule([&] {
    CHECK(sums(11, 2) == ints{3, 7, 11, 15, 19});
    CHECK(sums(11, 3) == ints{6, 15, 24, 10});
    CHECK(sums(1, 2).empty());
    CHECK(sums(2, 5) == ints{1});
    // What the accumulators are made of does not depend on who makes them.
    auto const texts =
        pt::indices(5)
            .fold_chunks(
                2, [] { return std::string("<"); }, [](std::string& text, int x) { text += std::to_string(x); })
            .collect<std::vector>();
    CHECK(texts == std::vector<std::string>{"<01", "<23", "<4"});
    CHECK(pt::indices(5000)
              .fold_chunks(
                  1, [] { return 0; }, add)
              .equal(pt::indices(5000)));
  });
}

TEST_CASE("as in Rayon: interleave takes by turns, then what is left of the longer, from either end") {
  CHECK(pt::into_parallel_iter(ints{1, 2}).interleave(ints{3, 4, 5, 6}).collect<std::vector>() ==
        ints{1, 3, 2, 4, 5, 6});
  for (auto const& [x, y] : std::vector<std::pair<ints, ints>>{{up_to(10), up_to(20)},
                                                               {up_to(9), {10}},
                                                               {{10}, up_to(9)},
                                                               {up_to(5), up_to(5)},
                                                               {{}, up_to(9)},
                                                               {up_to(9), {}},
                                                               {up_to(50), up_to(51)}}) {
    ints const expected = taken_by_turns(x, y);
    for_each_schedule([&, &a = x, &b = y] {
      ints out{1, 2, 3};
      pt::parallel_iter(a).interleave(b).collect_into(out);
      CHECK(out == expected);
      pt::parallel_iter(a).interleave(b).reverse().collect_into(out);
      CHECK(out == ints(expected.rbegin(), expected.rend()));
    });
  }
}

TEST_CASE("as in Rayon: intersperse, again, before a join, and from the end") {
  for_each_schedule([] {
    CHECK(pt::into_parallel_iter(ints{1, 2, 3}).intersperse(-1).collect<std::vector>() == ints{1, -1, 2, -1, 3});
    ints const once = pt::indices(1000).intersperse(-1).collect<std::vector>();
    REQUIRE(once.size() == 1999);
    size_t wrong = 0;
    for (size_t i = 0; i != once.size(); ++i) wrong += once[i] == (i % 2 == 0 ? static_cast<int>(i) / 2 : -1) ? 0U : 1U;
    CHECK(wrong == 0);
    ints const twice = pt::indices(1000).intersperse(-1).intersperse(-2).collect<std::vector>();
    REQUIRE(twice.size() == 3997);
    for (size_t i = 0; i != twice.size(); ++i) {
      int const expected = i % 4 == 0 ? static_cast<int>(i) / 4 : i % 4 == 2 ? -1 : -2;
      wrong += twice[i] == expected ? 0U : 1U;
    }
    CHECK(wrong == 0);
    auto const fits = [](int x, int i) { return x == (i % 2 == 0 ? i / 2 : -1); };
    CHECK(pt::indices(1000).intersperse(-1).zip_equal(pt::indices(1999)).all(fits));
    CHECK(pt::indices(1000).intersperse(-1).zip_equal(pt::indices(1999)).reverse().all(fits));
  });
}

TEST_CASE("as in Rayon: the pieces of a text with another separator between them are one text again") {
  std::string commas = "0";
  std::string semicolons = "0";
  for (int i = 1; i != 1000; ++i) {
    commas += "," + std::to_string(i);
    semicolons += ";" + std::to_string(i);
  }
  for_each_schedule([&] {
    // Pieces have no index, which intersperse needs: join_with does the same to texts.
    CHECK(pt::split(commas, ',').join_with(";") == semicolons);
  });
}

TEST_CASE("as in Rayon: positions of primes by what they leave of six") {
  ints const primes{2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
  auto const leaves = [](int rest) { return [rest](int p) { return p % 6 == rest; }; };
  using Places = std::vector<size_t>;
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(primes).positions(leaves(1)).collect<std::vector>() == Places{3, 5, 7});
    CHECK(pt::parallel_iter(primes).positions(leaves(5)).collect<std::vector>() == Places{2, 4, 6, 8, 9});
    CHECK(pt::parallel_iter(primes).positions(leaves(4)).count() == 0);
  });
}

TEST_CASE("as in Rayon's while_some: map_while gives what comes before the first that is empty") {
  auto const all = [](int x) { return std::optional(x); };
  auto const half = [](int x) { return x < 1024 ? std::optional(x) : std::nullopt; };
  for_each_schedule([&] {
    CHECK(pt::indices(2048).map_while(all).max() == 2047);
    // In order, where Rayon's may be any below: and so the greatest is known.
    CHECK(pt::indices(2048).map_while(half).max() == 1023);
    CHECK(!pt::indices(1024, 2048).map_while(half).max().has_value());
  });
  pt::thread_limit const alone(1);
  std::atomic<int> seen{0};
  CHECK(pt::indices(2048).inspect([&seen](int) { ++seen; }).map_while(half).count() == 1024);
  CHECK(seen < 2048);
}

TEST_CASE("as in Rayon: take_any gives as many as were asked for, in order") {
  for_each_schedule([] {
    ints const five = pt::indices(100).filter(is_even).take_any(5).collect<std::vector>();
    CHECK(five.size() == 5);
    CHECK(std::ranges::is_sorted(five));
    CHECK(std::ranges::all_of(five, is_even));
    CHECK(std::ranges::adjacent_find(five) == five.end());
  });
}

TEST_CASE("as in Rayon: take_while and drop_while part numbers where a bound is, and both give all") {
  for_each_schedule([] {
    auto const below = [](int x) { return x < 50; };
    ints both = pt::indices(100).take_while(below).collect<std::vector>();
    CHECK(both == up_to(50));
    pt::indices(100).drop_while(below).append_to(both);
    CHECK(both == up_to(100));
  });
}

TEST_CASE("as in Rayon: min_len and max_len of any size lose no item") {
  // Here max_len bounds what a thread runs before others may take the rest, min_len what is handed out at once: every
  // length gives all items.
  constexpr size_t n = 4096;
  CHECK_THROWS_AS((void)pt::indices(n).min_len(0), std::invalid_argument);  // where Rayon takes it for 1
  for (size_t least : {size_t{1}, size_t{100}, size_t{10'000}, ~size_t{0} / 2}) {
    for (size_t most : {size_t{1}, size_t{10}, size_t{1000}, ~size_t{0} / 2}) {
      auto counts = pt::indices(n).min_len(least).max_len(most).fold([] { return size_t{0}; },
                                                                     [](size_t all, size_t) { return all + 1; });
      CHECK(std::move(counts).sum() == n);
    }
  }
}

TEST_CASE("as in Rayon's map_with and fold_with: each segment sends by a sender of its own") {
  std::multiset<int> const expected = [] {
    std::multiset<int> all;
    for (int i = 0; i != 1024; ++i) all.insert(i);
    return all;
  }();
  for_each_schedule([&] {
    Channel mapped;
    Channel folded;
    Channel called;
    auto const send = [](Sender& sender, int x) { return sender.send(x), x; };
    ints const v = up_to(1024);
    CHECK(pt::parallel_iter(v).map_init([&] { return Sender{&mapped}; }, send).collect<std::vector>() == v);
    (void)pt::parallel_iter(v)
        .fold([&] { return Sender{&folded}; }, [](Sender& sender, int x) { sender.send(x); })
        .count();
    pt::parallel_iter(v).for_each_init([&] { return Sender{&called}; }, [](Sender& sender, int x) { sender.send(x); });
    CHECK(mapped.received == expected);
    CHECK(folded.received == expected);
    CHECK(called.received == expected);
  });
}

TEST_CASE("as in Rayon's try_for_each_with: sends until a receiver is gone, and says so") {
  for_each_schedule([] {
    Channel channel;
    auto const make = [&channel] { return Sender{&channel}; };
    auto const open = [](Sender& sender, int x) { return sender.send(x), true; };
    CHECK(pt::indices(5).try_for_each_init(make, open));
    CHECK(channel.received == std::multiset<int>{0, 1, 2, 3, 4});
    auto const gone_at_3 = [](Sender&, int x) { return x < 3; };
    CHECK(!pt::indices(5).try_for_each_init(make, gone_at_3));
  });
}

TEST_CASE("as in Rayon: for_each_init and map_init draw random numbers by a generator of their own") {
  for_each_schedule([] {
    std::vector<unsigned> v(10'000);
    auto const seed = [] { return std::make_unique<unsigned>(2463534242U); };
    auto const draw = [](std::unique_ptr<unsigned>& state) {
      *state ^= *state << 13;
      *state ^= *state >> 17;
      return *state ^= *state << 5;
    };
    pt::chunk(v, 100).for_each_init(seed, [&](std::unique_ptr<unsigned>& state, std::span<unsigned> part) {
      for (unsigned& x : part) x = draw(state) % 256;
    });
    std::set<unsigned> const bytes(v.begin(), v.end());
    CHECK(bytes.size() == 256);
    auto const signs =
        pt::indices(1, 1000)
            .map_init(seed, [&](std::unique_ptr<unsigned>& state, int x) { return draw(state) % 2 == 0 ? x : -x; })
            .collect<std::vector>();
    CHECK(std::ranges::any_of(signs, [](int x) { return x < 0; }));
    CHECK(std::ranges::any_of(signs, [](int x) { return x > 0; }));
    CHECK(std::ranges::equal(signs, pt::indices(1, 1000).collect<std::vector>(), {},
                             [](int x) { return std::abs(x); }));
  });
}

TEST_CASE("as in Rayon: fold into texts and numbers, joined, is what one loop makes") {
  for_each_schedule([] {
    std::vector<char> const letters{'a', 'b', 'c', 'd', 'e'};
    auto const text = pt::parallel_iter(letters)
                          .fold([] { return std::string(); }, [](std::string& s, char c) { s.push_back(c); })
                          .reduce(std::string(), [](std::string a, std::string const& b) { return a += b; });
    CHECK(text == "abcde");
    auto const add = [](unsigned sum, int x) { return sum + static_cast<unsigned>(x); };
    CHECK(pt::indices(22).fold([] { return 0U; }, add).sum() == 231U);
    auto const checked = [](unsigned sum, unsigned x) { return sum + x < 300 ? std::optional(sum + x) : std::nullopt; };
    CHECK(pt::indices(22U).try_fold([] { return 0U; }, checked).try_reduce(0U, checked) == 231U);
    CHECK(pt::indices(30U).try_fold([] { return 0U; }, checked).try_reduce(0U, checked) == std::nullopt);
  });
}

TEST_CASE("as in Rayon: filter_map and flat_map over options and results, changed in place") {
  for_each_schedule([] {
    std::vector<std::optional<int>> v{{}, 1, {}, {}, 2, 4};
    auto const itself = [](std::optional<int> const& x) { return x; };
    CHECK(pt::parallel_iter(v).filter_map(itself).sum() == 7);
    CHECK(pt::parallel_iter(v).flat_map(itself).sum() == 7);
    pt::parallel_iter(v).filter([](auto const& x) { return x.has_value(); }).for_each([](std::optional<int>& x) {
      *x *= *x;
    });
    CHECK(pt::parallel_iter(v).filter_map(itself).sum() == 21);
    CHECK(pt::into_parallel_iter(std::move(v)).filter_map(itself).count() == 3);
    CHECK(pt::into_parallel_iter(ints{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
              .filter_map([](int x) { return x % 2 == 0 ? std::optional(x) : std::nullopt; })
              .sum() == 30);
  });
}

TEST_CASE("as in Rayon: interleave_shortest and the chunks of chunks, by what there is") {
  for_each_schedule([] {
    auto const shortest = [](ints const& x, ints const& y) {
      return pt::parallel_iter(x)
          .zip(y)
          .map([](int a, int b) {
            return std::array{a, b};
          })
          .flatten()
          .collect<std::vector>();
    };
    CHECK(shortest({1, 2, 3, 4}, {5, 6}) == ints{1, 5, 2, 6});
    CHECK(shortest({}, up_to(9)).empty());
    CHECK(shortest(up_to(50), up_to(50)) == taken_by_turns(up_to(50), up_to(50)));
    auto sizes = pt::indices(100).chunk(7).chunk(3).map([](std::vector<ints> const& part) { return part.size(); });
    CHECK(std::move(sizes).collect<std::vector>() == std::vector<size_t>{3, 3, 3, 3, 3});
  });
}

TEST_CASE("as in Rayon: cast, elements and keys by a loop's means") {
  for_each_schedule([] {
    std::vector<std::tuple<int, char, double>> const rows{{1, 'a', .5}, {2, 'b', 1.5}};
    CHECK(pt::parallel_iter(rows).elements<0>().cast<long>().sum() == 3);
    CHECK(pt::parallel_iter(rows).elements<1>().map([](char c) { return c; }).collect<std::string>() == "ab");
    CHECK(pt::parallel_iter(rows).elements<2>().sum() == 2);
  });
}
