// What is gathered by key, and what is asked of all items: groups, histograms, the largest, equality.
#include "peers.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#if defined(BENCH_TBB)
#include <tbb/concurrent_hash_map.h>
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

using Key = std::uint32_t;
using Counts = std::unordered_map<Key, std::size_t>;

constexpr char const* maps_merged = "maps merged";  // one for each part of the input

std::vector<Key> keys;
std::vector<Key> same_keys;
std::vector<std::uint8_t> bytes;
std::vector<double> values;

void make_keys(std::size_t n, std::uint64_t distinct) {
  Random random(7);
  keys.resize(n);
  for (Key& key : keys) key = static_cast<Key>(random() % distinct) * 2654435761U;
}
void drop() {
  keys = {};
  same_keys = {};
  bytes = {};
  values = {};
}

constexpr auto itself = [](Key key) { return key; };

Row count_by(std::string const& name, std::uint64_t distinct) {
  Row row{.name = "count 5 M items by " + name + " keys",
          .unit = "run",
          .prepare = [distinct] { make_keys(5'000'000, distinct); },
          .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] {
                              Counts counts;
                              for (Key key : keys) ++counts[key];
                              return counts.size();
                            })});
  row.contenders.push_back(
      {maps_merged, once([] {
         auto const add = [](Counts& counts, Key key) { ++counts[key]; };
         auto const merge = [](Counts left, Counts const& right) {
           for (auto const& [key, n] : right) left[key] += n;
           return left;
         };
         return pt::parallel_iter(keys).fold([] { return Counts(); }, add).reduce(Counts(), merge).size();
       })});
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              tbb::concurrent_hash_map<Key, std::size_t> counts;
                              TbbAuto::loop(keys.size(), [&](std::size_t i) {
                                tbb::concurrent_hash_map<Key, std::size_t>::accessor at;
                                counts.insert(at, keys[i]);
                                ++at->second;
                              });
                              return counts.size();
                            })});
#endif
  add_ours(row, [] { return pt::parallel_iter(keys).count_by(itself).size(); });
  return row;
}

Row group_by(std::string const& name, std::uint64_t distinct) {
  Row row{.name = "group 5 M items by " + name + " keys",
          .unit = "run",
          .prepare = [distinct] { make_keys(5'000'000, distinct); },
          .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] {
                              std::unordered_map<Key, std::vector<Key>> groups;
                              for (Key key : keys) groups[key].push_back(key);
                              return groups.size();
                            })});
  add_ours(row, [] { return pt::parallel_iter(keys).group_by(itself).size(); });
  return row;
}

Row distinct() {
  Row row{.name = "distinct of 10 M items with 1 M values",
          .unit = "run",
          .prepare = [] { make_keys(10'000'000, 1'000'000); },
          .release = drop};
  row.contenders.push_back({PlainLoop::name,
                            once([] { return std::unordered_set<Key>(keys.begin(), keys.end()).size(); })});
  add_ours(row, [] { return pt::parallel_iter(keys).distinct().size(); });
  return row;
}

Row histogram() {
  Row row{.name = "histogram of 10 M bytes", .unit = "run", .release = drop};
  row.prepare = [] {
    Random random(7);
    bytes.resize(10'000'000);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  };
  row.contenders.push_back({PlainLoop::name, once([] {
                              std::vector<std::size_t> counts(256);
                              for (std::uint8_t byte : bytes) ++counts[byte];
                              return counts[7];
                            })});
  add_ours(row, [] { return pt::parallel_iter(bytes).histogram(256)[7]; });
  return row;
}

Row largest() {
  Row row{.name = "the largest 100 of 10 M items",
          .unit = "run",
          .prepare = [] { make_keys(10'000'000, 4'000'000'000); },
          .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] {
                              std::vector<Key> top(100);
                              std::partial_sort_copy(keys.begin(), keys.end(), top.begin(), top.end(),
                                                     std::greater<>());
                              return top.back();
                            })});
  add_ours(row, [] { return pt::parallel_iter(keys).largest(100).back(); });
  return row;
}

void make_same() {
  make_keys(10'000'000, 4'000'000'000);
  same_keys = keys;
}

Row equal() {
  Row row{.name = "equal, of 10 M items", .unit = "run", .prepare = make_same, .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] { return keys == same_keys; })});
#if defined(BENCH_STD)
  row.contenders.push_back(
      {StdPar::name, once([] { return std::equal(StdPar::policy, keys.begin(), keys.end(), same_keys.begin()); })});
#endif
  add_ours(row, [] { return pt::parallel_iter(keys).equal(same_keys); });
  return row;
}

Row compare() {
  Row row{.name = "compare, of 10 M items", .unit = "run", .prepare = make_same, .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] { return (keys <=> same_keys) == 0; })});
  add_ours(row, [] { return pt::parallel_iter(keys).compare(same_keys) == 0; });
  return row;
}

Row deterministic_sum() {
  Row row{.name = "deterministic sum of 10 M doubles", .unit = "run", .release = drop};
  row.prepare = [] {
    Random random(7);
    values.resize(10'000'000);
    for (double& x : values) x = random.uniform();
  };
  add_sums(row, 10'000'000, [](std::size_t i) { return values[i]; });
  add_ours(row, [] { return pt::parallel_iter(values).deterministic().sum(); });
  return row;
}

}  // namespace

void add_groups(std::vector<Row>& rows) {
  rows.push_back(count_by("100", 100));
  rows.push_back(count_by("10 000", 10'000));
  rows.push_back(count_by("1 M", 1'000'000));
  rows.push_back(group_by("100", 100));
  rows.push_back(group_by("1 M", 1'000'000));
  rows.push_back(distinct());
  rows.push_back(histogram());
  rows.push_back(largest());
  rows.push_back(equal());
  rows.push_back(compare());
  rows.push_back(deterministic_sum());
}

}  // namespace suite
