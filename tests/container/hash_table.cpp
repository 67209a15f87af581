#include <parallel_task/container/hash_table.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;

// Whether keys fall into `buckets` about as evenly as at random, or more so: by the sum of squares of chi-squared.
template <class Key>
bool are_spread(std::vector<std::uint32_t> const& hashes, std::size_t buckets, Key bucket_of) {
  std::vector<double> counts(buckets);
  for (std::uint32_t const hash : hashes) ++counts[bucket_of(hash)];
  double const even = static_cast<double>(hashes.size()) / static_cast<double>(buckets);
  double sum = 0;
  for (double const count : counts) sum += (count - even) * (count - even) / even;
  return sum < 2 * static_cast<double>(buckets);
}
template <class F>
bool are_spread(F key) {
  std::vector<std::uint32_t> hashes;
  for (std::uint64_t i = 0; i != 20'000; ++i) hashes.push_back(pt::detail::spread_hash(key(i)));
  // What tables look at: the lowest bits, and the six highest.
  return are_spread(hashes, 4096, [](std::uint32_t hash) { return hash % 4096; }) &&
         are_spread(hashes, 64, [](std::uint32_t hash) { return hash >> 26; });
}

}  // namespace

TEST_CASE("hashes are spread, however regular keys are") {
  CHECK(are_spread([](std::uint64_t i) { return static_cast<std::uint32_t>(i); }));
  CHECK(are_spread([](std::uint64_t i) { return -static_cast<std::int64_t>(i); }));
  for (unsigned shift = 1; shift < 49; ++shift) {
    CHECK(are_spread([shift](std::uint64_t i) { return i << shift; }));
  }
  for (unsigned shift = 1; shift < 17; ++shift) {
    CHECK(are_spread([shift](std::uint64_t i) { return static_cast<std::uint32_t>(i << shift); }));
  }
  CHECK(are_spread([](std::uint64_t i) { return -static_cast<std::int32_t>(i); }));
  CHECK(are_spread([](std::uint64_t i) { return static_cast<std::uint32_t>(i << 16U | i); }));
  for (std::uint64_t const factor : {std::uint64_t{1000}, std::uint64_t{2654435761}, std::uint64_t{0x9E3779B97F4A7C15U},
                                     std::uint64_t{0xD6E8FEB86659FD93U}, std::uint64_t{0x8EBC6AF09C88C6E3U}}) {
    CHECK(are_spread([factor](std::uint64_t i) { return i * factor; }));
    CHECK(are_spread([factor](std::uint64_t i) { return i ^ factor; }));
    CHECK(are_spread([factor](std::uint64_t i) { return static_cast<std::uint32_t>(i * factor); }));
    CHECK(are_spread([factor](std::uint64_t i) { return static_cast<std::uint32_t>(i * (factor >> 32U | 1U)); }));
  }
  CHECK(are_spread([](std::uint64_t i) { return 0.5 * static_cast<double>(i); }));
  CHECK(are_spread([](std::uint64_t i) { return std::pair(i % 256, i / 256); }));
  CHECK(are_spread([](std::uint64_t i) { return std::tuple(std::to_string(i), 'x', i % 7); }));
}

TEST_CASE("a table finds each key that was added, and no other") {
  pt::detail::HashTable<std::string, std::size_t> table;
  std::size_t at = 0;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i != 3000; ++i) {
    std::string const key = std::to_string(i);
    std::uint32_t const hash = pt::detail::spread_hash(key);
    REQUIRE_FALSE(table.find(hash, key, at, number));
    number = table.add(hash, key, i, at, [i] { return i * i; });
    REQUIRE(number == i);
  }
  bool all = true;
  for (std::size_t i = 0; i != 3000; ++i) {
    std::string const key = std::to_string(i);
    all = all && table.find(pt::detail::spread_hash(key), key, at, number) && table.entries[number].second == i * i;
  }
  CHECK(all);
  std::string const other = "3000";
  CHECK_FALSE(table.find(pt::detail::spread_hash(other), other, at, number));
  // One that was moved from can be filled anew.
  auto const moved = std::move(table);
  table = {};
  std::string const seven = "7";
  std::uint32_t const hash = pt::detail::spread_hash(seven);
  CHECK_FALSE(table.find(hash, seven, at, number));
  CHECK(moved.find(hash, seven, at, number));
}
