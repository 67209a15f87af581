// Sorts whose first, second, … allocation fails: they sort all the same, or throw, and every item is there.
#include "catch.hpp"
#include "support/eager.hpp"
#include "support/faults.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace sorting_faults {

namespace pt = parallel_task;
using support::Faults;

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
      sweep(mixed, true, [](auto& v) { pt::sort(v); });
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
