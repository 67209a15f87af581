#include <parallel_task/algorithm/copy_if.hpp>
#include <parallel_task/algorithm/partition.hpp>
#include <parallel_task/algorithm/partition_copy.hpp>
#include <parallel_task/algorithm/remove_if.hpp>
#include <parallel_task/algorithm/stable_partition.hpp>

#include "ordered_items.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <span>

using namespace ordered;

namespace {

constexpr pt::detail::PartitionRange partition_range{};
bool is_chosen(std::uint64_t x) { return x % 3 == 0; }
bool is_chosen_fat(Fat const& x) { return x.key % 3 == 0; }

template <class T, class P>
void same_as_std(std::vector<T> const& v, P const& p) {
  std::vector<T> want(v.size());
  std::vector<T> want_others(v.size());
  auto const ends = std::ranges::partition_copy(v, want.begin(), want_others.begin(), p);
  want.erase(ends.out1, want.end());
  want_others.erase(ends.out2, want_others.end());

  std::vector<T> out(v.size());
  out.erase(pt::copy_if(v, out.begin(), p).out, out.end());
  CHECK(out == want);
  out.resize(v.size());
  out.erase(pt::remove_copy_if(v.begin(), v.end(), out.begin(), p).out, out.end());
  CHECK(out == want_others);
  std::vector<T> others(v.size());
  out.resize(v.size());
  auto const both = pt::partition_copy(v, out, others, p);
  CHECK(both.in == v.end());
  CHECK((both.out1 - out.begin()) + (both.out2 - others.begin()) == std::ssize(v));
  out.erase(both.out1, out.end());
  others.erase(both.out2, others.end());
  CHECK(out == want);
  CHECK(others == want_others);

  out = v;
  auto const rest = pt::remove_if(out, p);
  CHECK(rest.end() == out.end());
  out.erase(rest.begin(), rest.end());
  CHECK(out == want_others);

  out = v;
  auto const behind = pt::stable_partition(out, p);
  CHECK(std::equal(out.begin(), behind.begin(), want.begin(), want.end()));
  CHECK(std::equal(behind.begin(), behind.end(), want_others.begin(), want_others.end()));

  out = v;
  auto const second = partition_range(out, p);
  CHECK(second.begin() - out.begin() == std::ssize(want));
  CHECK(std::all_of(out.begin(), second.begin(), p));
  CHECK(std::none_of(second.begin(), out.end(), p));
  CHECK(std::is_permutation(out.begin(), out.begin() + std::min<std::ptrdiff_t>(std::ssize(out), 100), out.begin()));
  CHECK(sorted(out) == sorted(sorted(v)));
}

}  // namespace

TEST_CASE("items are chosen, removed and partitioned as by a loop") {
  on_cores([] {
    for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{65}, std::size_t{8192}, std::size_t{50'001}}) {
      for (std::uint64_t below : {2U, 1000U}) same_as_std(numbers(n, below), is_chosen);
    }
  });
}

TEST_CASE("large items are chosen, removed and partitioned as by a loop") {
  on_cores([] {
    for (std::size_t n : sizes(256)) {
      std::vector<Fat> const v = fat(n, 100);
      std::vector<Fat> want(n);
      want.erase(std::copy_if(v.begin(), v.end(), want.begin(), is_chosen_fat), want.end());
      std::vector<Fat> out(n);
      out.erase(pt::copy_if(v, out.begin(), is_chosen_fat).out, out.end());
      CHECK(out == want);
      out = v;
      auto const behind = pt::stable_partition(
          out, [](int key) { return key % 3 == 0; }, &Fat::key);
      CHECK(std::equal(out.begin(), behind.begin(), want.begin(), want.end()));
      CHECK(std::is_sorted(behind.begin(), behind.end(),
                           [](Fat const& a, Fat const& b) { return a.number < b.number; }));
      out = v;
      CHECK(partition_range(out, is_chosen_fat).begin() - out.begin() == std::ssize(want));
      CHECK(numbers_of(out) == numbers_of(v));
    }
  });
}

TEST_CASE("choosing and partitioning are shared") {
  std::vector<Fat> const v = fat(5000, 100);
  std::vector<Fat> out(v.size());
  CHECK(is_shared([&](auto const& context) { pt::copy_if(context, v, out.begin(), is_chosen_fat); }));
  CHECK(is_shared([&](auto const& context) { partition_range(context, out = v, is_chosen_fat); }));
  CHECK(is_shared([&](auto const& context) { pt::stable_partition(context, out = v, is_chosen_fat); }));
  CHECK(is_shared([&](auto const& context) { pt::remove_if(context, out = v, is_chosen_fat); }));
}

TEST_CASE("unique and unique_copy keep the first of each run, across the borders of blocks") {
  on_cores([] {
    for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{8193}, std::size_t{40'000}}) {
      for (std::uint64_t below : {1U, 3U, 30'000U}) {
        std::vector<std::uint64_t> const v = sorted(numbers(n, below));
        std::vector<std::uint64_t> want = v;
        want.erase(std::unique(want.begin(), want.end()), want.end());
        std::vector<std::uint64_t> out(n);
        out.erase(pt::unique_copy(v, out.begin()).out, out.end());
        CHECK(out == want);
        out = v;
        auto const rest = pt::unique(out);
        out.erase(rest.begin(), rest.end());
        CHECK(out == want);
      }
    }
    for (std::size_t n : sizes(256)) {
      std::vector<Fat> out = sorted(fat(n, 40));
      std::vector<Fat> want = out;
      auto const same = [](Fat const& a, Fat const& b) { return a.key == b.key; };
      want.erase(std::unique(want.begin(), want.end(), same), want.end());
      out.erase(pt::unique(out, std::equal_to<>(), &Fat::key).begin(), out.end());
      CHECK(out == want);  // by their numbers: the first of each run
    }
  });
}

TEST_CASE("runs of items that stay are as long or as short as they like") {
  // What is dropped is the last of each `each` items, denser or rarer from `turn` on.
  for (std::size_t const n : {0U, 1U, 31U, 33U, 64U, 300U, 2000U, 10'000U, 70'000U}) {
    for (std::size_t const each : {1U, 2U, 5U, 23U, 24U, 25U, 60U, 100'000U}) {
      for (std::size_t const later : {1U, 3U, 40U, 100'000U}) {
        INFO("n " << n << " each " << each << " later " << later);
        std::vector<std::uint64_t> v(n);
        for (std::size_t i = 0; i != n; ++i) {
          v[i] = 2 * i + ((i + 1) % (i < n / 2 ? each : later) == 0 ? 1 : 0);
        }
        std::atomic<std::size_t> asked{0};
        auto const odd = [&asked](std::uint64_t x) { return asked.fetch_add(1), x % 2 != 0; };
        auto const is_odd = [](std::uint64_t x) { return x % 2 != 0; };

        auto want = v;
        std::erase_if(want, is_odd);
        auto out = v;
        out.erase(pt::remove_if(out, odd).begin(), out.end());
        CHECK(out == want);
        CHECK(asked.exchange(0) == n);

        out = v;
        auto const rest = partition_range(out, odd);
        CHECK(static_cast<std::size_t>(rest.end() - rest.begin()) == want.size());
        CHECK(asked.exchange(0) == n);
        CHECK(std::is_partitioned(out.begin(), out.end(), is_odd));
        std::sort(out.begin(), out.end());
        CHECK(out == v);

        // Equal neighbours: each item that is dropped is the one before it again.
        for (std::size_t i = 1; i != n && n != 0; ++i) {
          if (v[i] % 2 != 0) v[i] = v[i - 1];
        }
        want = v;
        want.erase(std::unique(want.begin(), want.end()), want.end());
        out = v;
        out.erase(pt::unique(out).begin(), out.end());
        CHECK(out == want);
        out = v;
        out.erase(pt::unique(pt::with(pt::threads(1)), out).begin(), out.end());
        CHECK(out == want);
      }
    }
  }
}

TEST_CASE("items that are moved only are removed and partitioned") {
  on_cores([] {
    std::vector<Owned> v = owned(1500, 50);
    auto const keys = keys_of(v);
    auto const small_key = [](int key) { return key < 20; };
    auto want = keys;
    auto const middle = std::stable_partition(want.begin(), want.end(), small_key) - want.begin();
    CHECK(pt::stable_partition(v, small_key, &Owned::key).begin() - v.begin() == middle);
    CHECK(keys_of(v) == want);
    CHECK(partition_range(
              v, [](int key) { return key >= 20; }, &Owned::key)
                  .begin() -
              v.begin() ==
          std::ssize(v) - middle);
    auto after = keys_of(v);
    std::sort(after.begin(), after.end());
    std::sort(want.begin(), want.end());
    CHECK(after == want);
    v.erase(pt::remove_if(v, small_key, &Owned::key).begin(), v.end());
    CHECK(std::ssize(v) == std::ssize(want) - middle);
    CHECK(std::all_of(v.begin(), v.end(), [](Owned const& x) { return x.key() >= 20; }));
  });
}

TEST_CASE("copies by choice end where the output is full") {
  support::Eager const eager(3);
  std::vector<std::uint64_t> const v = numbers(50'000, 1000);
  std::vector<std::uint64_t> want;
  std::copy_if(v.begin(), v.end(), std::back_inserter(want), is_chosen);
  std::vector<std::uint64_t> out(12'003, 7777);
  auto const ends = pt::copy_if(v, std::span(out).first(12'000), is_chosen);
  CHECK(std::equal(out.begin(), out.begin() + 12'000, want.begin()));
  CHECK(out[12'000] == 7777);
  CHECK(is_chosen(*ends.in));
  CHECK(std::count_if(v.begin(), ends.in, is_chosen) == 12'000);
  std::vector<std::uint64_t> yes(40'000);
  std::vector<std::uint64_t> no(9'000);
  auto const both = pt::partition_copy(v, yes, no, is_chosen);
  CHECK(both.out2 == no.end());
  CHECK(!is_chosen(*both.in));
  CHECK(both.out1 - yes.begin() == both.in - v.begin() - 9'000);
  CHECK_THROWS_AS(pt::copy_if(v, const_cast<std::uint64_t*>(v.data()), is_chosen), std::invalid_argument);
}

TEST_CASE("of a short range as many are copied as there is room for, and nothing is written behind") {
  std::vector<std::uint64_t> const v = numbers(1000, 100);
  auto const is_chosen = [](std::uint64_t x) { return x % 3 != 0; };
  std::vector<std::uint64_t> chosen;
  std::vector<std::uint64_t> left;
  for (std::uint64_t x : v) (is_chosen(x) ? chosen : left).push_back(x);
  for (std::size_t room = 0; room != 200; ++room) {
    auto const taken = static_cast<std::ptrdiff_t>(room);
    auto const is_right = [&](std::vector<std::uint64_t> const& out, std::vector<std::uint64_t> const& want) {
      return std::equal(want.begin(), want.begin() + taken, out.begin()) &&
             std::all_of(out.begin() + taken, out.end(), [](std::uint64_t x) { return x == 777; });
    };
    std::vector<std::uint64_t> out(1000, 777);
    auto const end = pt::copy_if(v, std::span(out).first(room), is_chosen);
    if (!is_right(out, chosen) || end.out - std::span(out).begin() != taken) FAIL("copy_if, room for " << room);
    if (!is_chosen(*end.in) || std::count_if(v.begin(), end.in, is_chosen) != taken) FAIL("copied up to, " << room);
    std::vector<std::uint64_t> yes(1000, 777);
    std::vector<std::uint64_t> no(1000, 777);
    auto const both = pt::partition_copy(v, yes, std::span(no).first(room), is_chosen);
    if (!is_right(no, left) || both.out2 - std::span(no).begin() != taken) FAIL("partition_copy, room for " << room);
    auto const all_yes = both.out1 - yes.begin();
    if (!std::equal(yes.begin(), both.out1, chosen.begin()) || yes[static_cast<std::size_t>(all_yes)] != 777) {
      FAIL("partition_copy, chosen, room for " << room);
    }
  }
  SUCCEED();
}

TEST_CASE("when a predicate throws every item is still there") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    std::vector<Fat> const v = fat(1500, 100);
    auto const all = numbers_of(v);
    std::vector<Fat> now = v;
    auto const there = [&] { CHECK(numbers_of(now) == all); };
    CHECK(with_each_call_failing(
              [&](auto const& fail) { partition_range(now, [&](Fat const& x) { return fail(), is_chosen_fat(x); }); },
              there) > 5);
    now = v;
    CHECK(with_each_call_failing(
              [&](auto const& fail) {
                pt::stable_partition(now, [&](Fat const& x) { return fail(), is_chosen_fat(x); });
              },
              there) > 5);
    std::vector<std::uint64_t> cheap = numbers(20'000, 1000);
    auto const before = sorted(cheap);
    CHECK(with_each_call_failing(
              [&](auto const& fail) { partition_range(cheap, [&](std::uint64_t x) { return fail(), is_chosen(x); }); },
              [&] { CHECK(sorted(cheap) == before); }) > 5);
  }
}

/// Keys 0 … n - 1 in no order, the odd ones first: as std::stable_partition does, and all there when a call throws.
template <class T>
void part_stably(std::size_t n) {
  std::vector<int> keys;
  for (std::size_t i = 0; i != n; ++i) keys.push_back(static_cast<int>(i * 7919 % n));
  std::vector<T> v;
  for (int const key : keys) v.emplace_back(key);
  auto const before = keys;
  auto const is_odd = [](int key) { return key % 2 != 0; };
  std::stable_partition(keys.begin(), keys.end(), is_odd);
  bool ended = false;
  with_each_call_failing(
      [&](auto const& fail) {
        auto const rest = pt::stable_partition(v, [&](T const& x) { return fail(), is_odd(x.key()); });
        CHECK(static_cast<std::size_t>(rest.begin() - v.begin()) == n / 2);
        ended = true;
      },
      [&] {
        if (ended) {
          CHECK(keys_of(v) == keys);
        } else {
          CHECK(sorted(keys_of(v)) == sorted(before));
        }
        v.clear();
        for (int const key : before) v.emplace_back(key);
      });
}

TEST_CASE("a short stable_partition loses nothing when a predicate throws, nor where moves may throw") {
  for (std::size_t const n : {0U, 1U, 2U, 3U, 63U, 64U, 65U, 100U}) {
    part_stably<Owned>(n);
    part_stably<Reluctant>(n);
  }
  part_stably<Reluctant>(30'000);
}

TEST_CASE("bits and deques are chosen from, and a stop leaves items where they are") {
  support::Eager const eager(3);
  std::vector<bool> const bits(70'000, true);
  std::deque<int> out(bits.size());
  CHECK(pt::copy_if(bits, out.begin(), [](bool x) { return x; }).out == out.end());
  struct Now {
    bool stop_requested() const { return true; }
  };
  std::vector<Fat> v = fat(1500, 100);
  auto const before = v;
  CHECK_THROWS_AS(pt::remove_if(pt::with(pt::stop_token(Now())), v, is_chosen_fat), pt::cancelled);
  CHECK(v == before);
  CHECK_THROWS_AS(pt::stable_partition(pt::with(pt::stop_token(Now())), v, is_chosen_fat), pt::cancelled);
  CHECK(v == before);
}
