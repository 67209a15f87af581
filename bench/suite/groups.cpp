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
#include <tbb/concurrent_unordered_set.h>
#endif
#if defined(BENCH_RAYON)
extern "C" {
double rayon_count_by(std::uint32_t const* keys, std::size_t n);
double rayon_group_by(std::uint32_t const* keys, std::size_t n);
double rayon_distinct(std::uint32_t const* keys, std::size_t n);
double rayon_histogram(std::uint8_t const* bytes, std::size_t n, std::size_t bin);
double rayon_largest(std::uint32_t const* keys, std::size_t n, std::size_t k);
double rayon_equal(std::uint32_t const* a, std::uint32_t const* b, std::size_t n);
double rayon_compare(std::uint32_t const* a, std::uint32_t const* b, std::size_t n);
double rayon_total(double const* values, std::size_t n);
}
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
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_count_by(keys.data(), keys.size()); })});
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
  row.contenders.push_back(
      {maps_merged, once([] {
         using Groups = std::unordered_map<Key, std::vector<Key>>;
         auto const add = [](Groups& groups, Key key) { groups[key].push_back(key); };
         auto const merge = [](Groups left, Groups const& right) {
           for (auto const& [key, items] : right) {
             std::vector<Key>& all = left[key];
             all.insert(all.end(), items.begin(), items.end());
           }
           return left;
         };
         return pt::parallel_iter(keys).fold([] { return Groups(); }, add).reduce(Groups(), merge).size();
       })});
#if defined(BENCH_TBB)
  // The groups' items in any order, where the others keep theirs.
  row.contenders.push_back({TbbAuto::name, once([] {
                              tbb::concurrent_hash_map<Key, std::vector<Key>> groups;
                              TbbAuto::loop(keys.size(), [&](std::size_t i) {
                                tbb::concurrent_hash_map<Key, std::vector<Key>>::accessor at;
                                groups.insert(at, keys[i]);
                                at->second.push_back(keys[i]);
                              });
                              return groups.size();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_group_by(keys.data(), keys.size()); })});
#endif
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
  row.contenders.push_back(
      {maps_merged, once([] {
         using Seen = std::unordered_set<Key>;
         auto const add = [](Seen& seen, Key key) { seen.insert(key); };
         auto const merge = [](Seen left, Seen const& right) {
           left.insert(right.begin(), right.end());
           return left;
         };
         return pt::parallel_iter(keys).fold([] { return Seen(); }, add).reduce(Seen(), merge).size();
       })});
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              tbb::concurrent_unordered_set<Key> seen;
                              TbbAuto::loop(keys.size(), [&](std::size_t i) { seen.insert(keys[i]); });
                              return seen.size();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_distinct(keys.data(), keys.size()); })});
#endif
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
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              using Range = tbb::blocked_range<std::size_t>;
                              using Counted = std::vector<std::size_t>;
                              return tbb::parallel_reduce(
                                  Range(0, bytes.size()), Counted(256),
                                  [](Range const& part, Counted counts) {
                                    for (std::size_t i = part.begin(); i != part.end(); ++i) ++counts[bytes[i]];
                                    return counts;
                                  },
                                  [](Counted left, Counted const& right) {
                                    for (std::size_t i = 0; i != 256; ++i) left[i] += right[i];
                                    return left;
                                  })[7];
                            })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({OmpStatic::name, once([] {
                              std::size_t counts[256] = {};
#pragma omp parallel for schedule(static) reduction(+ : counts)
                              for (std::size_t i = 0; i < bytes.size(); ++i) ++counts[bytes[i]];
                              return counts[7];
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_histogram(bytes.data(), bytes.size(), 7); })});
#endif
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
#if defined(BENCH_STD)
  row.contenders.push_back({StdPar::name, once([] {
                              std::vector<Key> top(100);
                              std::partial_sort_copy(StdPar::policy, keys.begin(), keys.end(), top.begin(), top.end(),
                                                     std::greater<>());
                              return top.back();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_largest(keys.data(), keys.size(), 100); })});
#endif
  add_ours(row, [] { return pt::parallel_iter(keys).top_k(100).back(); });
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
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_equal(keys.data(), same_keys.data(), keys.size()); })});
#endif
  add_ours(row, [] { return pt::parallel_iter(keys).equal(same_keys); });
  return row;
}

Row compare() {
  Row row{.name = "compare, of 10 M items", .unit = "run", .prepare = make_same, .release = drop};
  row.contenders.push_back({PlainLoop::name, once([] { return (keys <=> same_keys) == 0; })});
#if defined(BENCH_STD)
  row.contenders.push_back({StdPar::name, once([] {
                              auto const differ = std::mismatch(StdPar::policy, keys.begin(), keys.end(),
                                                                same_keys.begin(), same_keys.end());
                              return differ.first == keys.end();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name,
                            once([] { return rayon_compare(keys.data(), same_keys.data(), keys.size()); })});
#endif
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
  // Their sums are not the same in every run; OpenMP's static one is, as long as there are as many threads.
  add_sums(row, 10'000'000, [](std::size_t i) { return values[i]; });
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_total(values.data(), values.size()); })});
#endif
  add_ours(row, [] { return pt::parallel_iter(values).deterministic().sum(); });
  return row;
}

}  // namespace

void add_groups(std::vector<Row>& rows) {
  rows.push_back(count_by("100", 100));
  rows.push_back(count_by("10 000", 10'000));
  rows.push_back(count_by("1 M", 1'000'000));
  rows.push_back(group_by("100", 100));
  rows.push_back(group_by("10 000", 10'000));
  rows.push_back(group_by("1 M", 1'000'000));
  rows.push_back(distinct());
  rows.push_back(histogram());
  rows.push_back(largest());
  rows.push_back(equal());
  rows.push_back(compare());
  rows.push_back(deterministic_sum());
}

}  // namespace suite
