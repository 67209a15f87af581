// Sorts whose first, second, … allocation fails: they sort all the same, or throw, and every item is there.
#include "catch.hpp"
#include "support/eager.hpp"
#include "support/faults.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <compare>
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <numeric>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace sorting_faults {

namespace pt = parallel_task;
using support::Faults;

/// Too large to be moved by the sort itself.
struct Record {
  explicit Record(int number) : key(number) { rest[0] = number; }
  int key;
  int rest[20] = {};
  bool operator==(Record const&) const = default;
  auto operator<=>(Record const&) const = default;
};

/// Runs `sort` on fresh items with ever later allocations failing, until it needs no more.
template <class Make, class Sort>
void sweep(Make make, bool must_survive, Sort sort) {
  auto expected = make();
  std::ranges::sort(expected);
  for (std::uint32_t number = 1;; number += 1 + number / 4) {  // each on a thread of its own, which has kept no memory
    auto items = make();
    bool threw = false;
    bool fired = false;
    std::thread([&] {
      Faults::arm(Faults::Kind::allocation, number);
      try {
        sort(items);
      } catch (std::bad_alloc const&) {
        threw = true;
      }
      fired = Faults::disarm();
    }).join();
    INFO("allocation " << number);
    if (threw) {
      CHECK(!must_survive);
      std::ranges::sort(items);
    }
    CHECK(items == expected);
    if (!fired) {
      CHECK(number > 1);
      break;
    }
  }
}

}  // namespace sorting_faults

using namespace sorting_faults;

TEST_CASE("sorts without memory sort in place or throw, with all items there") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (int const n : {100, 12'500}) {
      auto const mixed = [n] {
        std::vector<int> v(static_cast<std::size_t>(n));
        for (int i = 0; i != n; ++i) v[static_cast<std::size_t>(i)] = i * 7919 % 13'007;
        return v;
      };
      auto const texts = [n] {
        std::vector<std::string> v;
        for (int i = 0; i != n; ++i) v.push_back("a rather long string " + std::to_string(i * 7919 % 13'007));
        return v;
      };
      auto const as = [n]<class Items>(Items items) {
        return [n, items] {
          Items v = items;
          for (int i = 0; i != n; ++i) v.push_back(static_cast<typename Items::value_type>(i * 7919 % 13'007));
          return v;
        };
      };
      auto const negative = [](int x) { return -x; };
      auto const by_negative = [&](auto& v) { pt::sort_by_key(v, negative), std::ranges::reverse(v); };
      sweep(mixed, true, [](auto& v) { pt::sort(v); });
      sweep(mixed, true, by_negative);
      sweep(mixed, true, [&](auto& v) { pt::stable_sort(v, std::greater<>(), negative); });
      sweep(as(std::vector<float>()), true, [](auto& v) { pt::sort(v); });
      sweep(as(std::vector<Record>()), true, [](auto& v) { pt::sort(v); });
      sweep(as(std::vector<Record>()), true, [](auto& v) { pt::stable_sort(v, {}, &Record::key); });
      sweep(as(std::vector<Record>()), true, [](auto& v) {
        pt::stable_sort(
            v, [](int a, int b) { return a < b; }, &Record::key);
      });
      sweep(as(std::deque<int>()), true, [](auto& v) { pt::sort(v); });
      sweep(as(std::deque<int>()), true, by_negative);
      std::vector<int> others(static_cast<std::size_t>(n));
      sweep(mixed, true, [&](auto& v) {
        std::ranges::copy(v, others.begin());
        pt::sort(pt::together(v, others), {}, [](auto const& both) { return std::get<0>(both); });
        CHECK(v == others);
      });
      sweep(mixed, true, [](auto& v) { pt::stable_sort(v, [](int a, int b) { return a < b; }); });
      sweep(texts, true, [](auto& v) { pt::sort(v); });
      sweep(texts, true, [](auto& v) { pt::sort(v, [](auto const& a, auto const& b) { return a < b; }); });
      sweep(mixed, false, [](auto& v) {
        pt::sort_by_cached_key(
            v, [](int x) { return std::make_unique<int>(x); }, [](auto const& a, auto const& b) { return *a < *b; });
      });
      sweep(mixed, false, [](auto& v) { pt::permute(v, pt::argsort(v)); });
    }
  }
}
