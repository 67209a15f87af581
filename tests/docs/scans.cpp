// The code of docs/algorithms-scan.md, and of the docstrings of scans, choices, merges
// and selections.
#include "catch.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace {

struct Order {
  double price = 0;
  int customer = 0;
};

std::vector<int> some_numbers() {
  std::vector<int> v(100);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i * 37 % 100);
  return v;
}

}  // namespace

TEST_CASE("scans in the docs") {
  std::vector<int> const v{3, 1, 4, 1, 5};
  std::vector<int> sums(v.size());
  pt::inclusive_scan(v, sums);
  CHECK(sums == std::vector<int>{3, 4, 8, 9, 14});
  std::vector<Order> const orders{{1.5, 7}, {2.5, 8}};
  std::vector<double> totals(2);
  pt::transform_inclusive_scan(orders, totals, std::plus(), &Order::price, 0.0);
  CHECK(totals == std::vector<double>{1.5, 4.0});
  std::vector<std::size_t> const lengths{2, 0, 3};
  std::vector<std::size_t> offsets(3);
  pt::exclusive_scan(lengths, offsets, std::size_t{0});
  CHECK(offsets == std::vector<std::size_t>{0, 2, 2});
  std::vector<std::string> const words{"one", "three"};
  offsets.resize(2);
  pt::transform_exclusive_scan(words, offsets, std::size_t{0}, std::plus(),
                               &std::string::size);
  CHECK(offsets == std::vector<std::size_t>{0, 3});
  // cut: scan_stage
  auto const over = pt::parallel_iter(orders)
                        .map(&Order::price)
                        .inclusive_scan(std::plus())
                        .find_first([](double total) { return total > 3; });
  // end
  CHECK(over == 4.0);
}

TEST_CASE("texts are laid out one behind the other") {
  // cut: text_offsets
  std::vector<std::string> const words{"to", "be", "or", "not"};
  std::vector<std::size_t> offsets(words.size());
  pt::transform_exclusive_scan(words, offsets, std::size_t{0}, std::plus(),
                               &std::string::size);
  std::string all(offsets.back() + words.back().size(), ' ');
  pt::parallel_for(words.size(), [&](std::size_t i) {
    words[i].copy(all.data() + offsets[i], words[i].size());
  });
  // end
  CHECK(all == "tobeornot");
}

TEST_CASE("choices in the docs") {
  std::vector<int> v{3, 1, 4, 1, 5, 0, 2};
  {
    auto const odds = pt::stable_partition(v, [](int x) { return x % 2 == 0; });
    CHECK(odds.front() == 3);
  }
  std::vector<int> evens(v.size());
  std::vector<int> odds(v.size());
  {
    auto const end =
        pt::copy_if(v, evens.begin(), [](int x) { return x % 2 == 0; }).out;
    CHECK(end - evens.begin() == 3);
  }
  {
    auto const end =
        pt::remove_copy_if(v, odds.begin(), [](int x) { return x % 2 == 0; }).out;
    CHECK(end - odds.begin() == 4);
  }
  {
    std::vector<int> others(v.size());
    auto const end = pt::remove_copy(v, others.begin(), 0).out;
    CHECK(end - others.begin() == 6);
  }
  pt::partition_copy(v, evens.begin(), odds.begin(), [](int x) { return x % 2 == 0; });
  CHECK(odds[3] == 5);
  std::vector<int> sorted{1, 1, 2, 3, 3};
  {
    std::vector<int> distinct(sorted.size());
    auto const end = pt::unique_copy(sorted, distinct.begin()).out;
    CHECK(end - distinct.begin() == 3);
  }
  {
    // cut: unique_in_place
    auto const rest = pt::unique(sorted);
    sorted.erase(rest.begin(), rest.end());
    // end
    CHECK(sorted == std::vector<int>{1, 2, 3});
  }
  {
    auto const rest = pt::remove_if(v, [](int x) { return x % 2 == 0; });
    v.erase(rest.begin(), rest.end());
    CHECK(v == std::vector<int>{3, 1, 1, 5});
  }
}

TEST_CASE("merges in the docs") {
  std::vector<int> const a{1, 2, 2, 5};
  std::vector<int> const b{2, 3};
  std::vector<int> out(6);
  // cut: merge_ranges
  pt::merge(a, b, out);
  // end
  CHECK(out == std::vector<int>{1, 2, 2, 2, 3, 5});
  {
    auto const end = pt::set_union(a, b, out.begin()).out;
    CHECK(end - out.begin() == 5);
  }
  {
    auto const end = pt::set_intersection(a, b, out.begin()).out;
    CHECK(end - out.begin() == 1);
  }
  {
    auto const end = pt::set_difference(a, b, out.begin()).out;
    CHECK(end - out.begin() == 3);
  }
  {
    auto const end = pt::set_symmetric_difference(a, b, out.begin()).out;
    CHECK(end - out.begin() == 4);
  }
  std::vector<int> v{1, 4, 6, 2, 3};
  pt::inplace_merge(v, v.begin() + 3);
  CHECK(v == std::vector<int>{1, 2, 3, 4, 6});
  auto const& dictionary = v;
  std::vector<int> const words{2, 6};
  bool const all = pt::includes(dictionary, words);
  CHECK(all);
}

TEST_CASE("selections in the docs") {
  std::vector<int> v = some_numbers();
  pt::nth_element(v, v.begin() + 50);
  CHECK(v[50] == 50);
  {
    // cut: top_k_of_range
    std::vector<int> const best = pt::top_k(v, 10);
    // end
    CHECK(best[9] == 90);
  }
  {
    std::vector<int> smallest(10);
    pt::partial_sort_copy(v, smallest);
    CHECK(smallest[9] == 9);
  }
  pt::partial_sort(v, v.begin() + 10);
  CHECK(v[9] == 9);
}
