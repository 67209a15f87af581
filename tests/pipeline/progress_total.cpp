// The total that a progress callback is told: from its first call on wherever the source has a size, through every
// stage and terminal; not before its end where it has none.
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace pt = parallel_task;

namespace {

using support::Eager;

constexpr std::size_t all = 300;

// What the callback was told: every total, and the one before which the run had ended.
struct Totals {
  std::size_t calls = 0;
  std::size_t known = 0;
  std::size_t other = 0;  // than the expected one
  std::size_t expected = 0;
  std::optional<pt::Progress> first;

  auto listen() {
    return [this](pt::Progress const& progress) {
      if (!first) first = progress;
      ++calls;
      if (progress.total) ++known;
      if (progress.total && *progress.total != expected) ++other;
    };
  }
};

// `run` makes a pipeline, has it watched by what it is given, and runs it.
template <class Run>
void is_known(std::string const& what, std::size_t expected, Run run) {
  INFO(what);
  for (unsigned const cores : {1U, 3U}) {
    Eager const eager(cores);
    Totals totals;
    totals.expected = expected;
    run([&](auto pipeline) { return std::move(pipeline).progress(totals.listen(), std::chrono::nanoseconds(0)); });
    if (cores == 1) CHECK(totals.calls >= 2);  // helpers may have done it all before the calling thread is told
    CHECK(totals.known == totals.calls);
    CHECK(totals.other == 0);
  }
}

std::vector<int> numbers() {
  std::vector<int> v;
  for (std::size_t i = 0; i != all; ++i) v.push_back(static_cast<int>(i));
  return v;
}

int same(int x) { return x; }
bool odd(int x) { return x % 2 != 0; }
bool never(int x) { return x < 0; }
std::array<int, 2> twice(int x) { return {x, x}; }
long plus(long a, long b) { return a + b; }

// Stages over a source of `all` numbers that `make` begins anew.
template <class Make>
void sweep_stages(std::string const& source, Make make) {
  std::list<int> const shorter(100, 1);
  std::vector<int> const longer(500, 1);
  auto const counts = [&](std::string const& stage, std::size_t expected, auto with) {
    is_known(source + ", " + stage, expected, [&](auto watched) { (void)watched(with(make())).count(); });
  };
  counts("no stage", all, [](auto p) { return p; });
  counts("map", all, [](auto p) { return std::move(p).map(same); });
  counts("inspect", all, [](auto p) { return std::move(p).inspect([](int) {}); });
  counts("copied", all, [](auto p) { return std::move(p).copied(); });
  counts("filter", all, [](auto p) { return std::move(p).filter(odd); });
  counts("filter_map", all, [](auto p) { return std::move(p).filter_map([](int x) { return std::optional(x); }); });
  counts("flat_map", all, [](auto p) { return std::move(p).flat_map(twice); });
  counts("flatten", all, [](auto p) { return std::move(p).map(twice).flatten(); });
  counts("enumerate", all, [](auto p) { return std::move(p).enumerate(); });
  counts("keys", all, [](auto p) { return std::move(p).enumerate().keys(); });
  counts("values", all, [](auto p) { return std::move(p).enumerate().values(); });
  counts("zip, shorter", 100, [&](auto p) { return std::move(p).zip(shorter); });
  counts("zip, longer", all, [&](auto p) { return std::move(p).zip(longer); });
  counts("zip of three", 100, [&](auto p) { return std::move(p).zip(longer, shorter); });
  counts("zip_equal", all, [&](auto p) { return std::move(p).zip_equal(pt::indices(all)); });
  counts("zip with indices", 200, [&](auto p) { return std::move(p).zip(pt::indices(200)); });
  counts("chain", all + 100,
         [&](auto p) { return std::move(p).map(same).chain(pt::parallel_iter(shorter).map(same)); });
  counts("chained to", all + 100,
         [&](auto p) { return pt::parallel_iter(shorter).map(same).chain(std::move(p).map(same)); });
  counts("take", 50, [](auto p) { return std::move(p).take(50); });
  counts("take of more", all, [](auto p) { return std::move(p).take(5'000); });
  counts("drop", 250, [](auto p) { return std::move(p).drop(50); });
  counts("slice", 60, [](auto p) { return std::move(p).slice(20, 80); });
  counts("stride", 100, [](auto p) { return std::move(p).stride(3); });
  counts("reverse", all, [](auto p) { return std::move(p).reverse(); });
  counts("take_while", all, [](auto p) { return std::move(p).take_while([](int x) { return x >= 0; }); });
  counts("map_init", all,
         [](auto p) { return std::move(p).map_init([] { return 1; }, [](int& a, int x) { return a + x; }); });
  counts("fold", all, [](auto p) { return std::move(p).fold([] { return 0L; }, plus); });
  counts("several", 50, [&](auto p) {
    return std::move(p).enumerate().zip(longer).drop(200).stride(2).filter([](auto const&) { return true; });
  });
}

template <class Make>
void sweep_terminals(std::string const& source, Make make) {
  auto const ends = [&](std::string const& terminal, auto end) {
    is_known(source + ", " + terminal, all, [&](auto watched) { end(watched(make().map(same))); });
  };
  ends("for_each", [](auto p) { std::move(p).for_each([](int) {}); });
  ends("for_each_ordered", [](auto p) { std::move(p).for_each_ordered([](int) {}, 1000); });
  ends("for_each_ordered, a small window", [](auto p) { std::move(p).for_each_ordered([](int) {}, 7); });
  ends("try_for_each", [](auto p) { (void)std::move(p).try_for_each([](int) { return true; }); });
  ends("collect", [](auto p) { (void)std::move(p).template collect<std::vector>(); });
  ends("collect after a filter", [](auto p) { (void)std::move(p).filter(odd).template collect<std::vector>(); });
  ends("collect into a set", [](auto p) { (void)std::move(p).template collect<std::set>(); });
  ends("collect_into", [](auto p) {
    std::list<int> out;
    std::move(p).collect_into(out);
  });
  ends("append_to", [](auto p) {
    std::vector<int> out;
    std::move(p).append_to(out);
  });
  ends("reduce", [](auto p) { (void)std::move(p).reduce(0L, plus); });
  ends("sum", [](auto p) { (void)std::move(p).sum(); });
  ends("mean", [](auto p) { (void)std::move(p).mean(); });
  ends("count_if", [](auto p) { (void)std::move(p).count_if(odd); });
  ends("min", [](auto p) { (void)std::move(p).min(); });
  ends("minmax_by_key", [](auto p) { (void)std::move(p).minmax_by_key(same); });
  ends("any", [](auto p) { (void)std::move(p).any(never); });
  ends("all", [](auto p) { (void)std::move(p).all([](int x) { return x >= 0; }); });
  ends("contains", [](auto p) { (void)std::move(p).contains(-1); });
  ends("find_any", [](auto p) { (void)std::move(p).find_any(never); });
  ends("find_first", [](auto p) { (void)std::move(p).find_first(never); });
  ends("partition", [](auto p) { (void)std::move(p).partition(odd); });
  ends("unzip", [](auto p) { (void)std::move(p).enumerate().unzip(); });
}

// Ranges that don't know how long they are.
template <class Make>
void is_unknown(std::string const& what, Make make) {
  INFO(what);
  for (unsigned const cores : {1U, 3U}) {
    Eager const eager(cores);
    Totals totals;
    totals.expected = all;
    make().progress(totals.listen(), std::chrono::nanoseconds(0)).for_each([](auto const&) {});
    REQUIRE(totals.first);
    if (cores == 1) CHECK_FALSE(totals.first->total);
    CHECK(totals.known >= 1);  // at the end
    CHECK(totals.other == 0);
  }
}

struct Countdown {
  int left = static_cast<int>(all);
  std::optional<int> next() { return left == 0 ? std::nullopt : std::optional(left--); }
};

}  // namespace

TEST_CASE("progress has a total from the start through every stage, for a vector") {
  std::vector<int> const v = numbers();
  sweep_stages("vector", [&] { return pt::parallel_iter(v); });
}

TEST_CASE("progress has a total from the start through every stage, for a list") {
  std::vector<int> const v = numbers();
  std::list<int> const list(v.begin(), v.end());
  sweep_stages("list", [&] { return pt::parallel_iter(list); });
}

TEST_CASE("progress has a total from the start under every terminal") {
  std::vector<int> const v = numbers();
  std::list<int> const list(v.begin(), v.end());
  sweep_terminals("vector", [&] { return pt::parallel_iter(v); });
  sweep_terminals("list", [&] { return pt::parallel_iter(list); });
}

TEST_CASE("progress has a total from the start for every source that has a size") {
  std::vector<int> const v = numbers();
  std::list<int> const list(v.begin(), v.end());
  std::set<int> const set(v.begin(), v.end());
  std::unordered_set<int> const hash_set(v.begin(), v.end());
  auto const counts = [&](std::string const& what, auto make) {
    is_known(what, all, [&](auto watched) { (void)watched(make()).count(); });
  };
  counts("set", [&] { return pt::parallel_iter(set); });
  counts("hash set", [&] { return pt::parallel_iter(hash_set); });
  counts("indices", [] { return pt::indices(all); });
  counts("stepped indices", [] { return pt::indices(300, -300, -2); });
  counts("view", [&] { return pt::parallel_iter(v | std::views::transform(same)); });
  counts("consumed vector", [&] { return pt::into_parallel_iter(std::vector<int>(v)); });
  counts("consumed list", [&] { return pt::into_parallel_iter(std::list<int>(list)); });
  counts("consumed set", [&] { return pt::into_parallel_iter(std::set<int>(set)); });
}

TEST_CASE("progress has no total before the end of what has no size") {
  std::vector<int> const v = numbers();
  std::list<int> const list(v.begin(), v.end());
  std::forward_list<int> const forward(v.begin(), v.end());
  is_unknown("forward_list", [&] { return pt::parallel_iter(forward); });
  is_unknown("forward_list, zip with a list", [&] { return pt::parallel_iter(forward).zip(list); });
  is_unknown("filter view", [&] { return pt::parallel_iter(v | std::views::filter([](int x) { return x >= 0; })); });
  is_unknown("generator", [] { return pt::par_bridge(Countdown()); });
}
