#include <parallel_task/algorithm/nth_element.hpp>
#include <parallel_task/algorithm/partial_sort.hpp>

#include "ordered_items.hpp"

#include <deque>

using namespace ordered;

namespace {

template <class T>
void select_all(std::vector<T> const& v) {
  std::vector<T> const want = sorted(v);
  std::size_t const n = v.size();
  for (std::size_t k : {std::size_t{0}, n / 10, n / 2, n - n / 7, n - 1}) {
    if (k >= n) continue;
    std::vector<T> x = v;
    CHECK(pt::nth_element(x, x.begin() + static_cast<std::ptrdiff_t>(k)) == x.end());
    bool right = !(x[k] < want[k]) && !(want[k] < x[k]);
    for (std::size_t i = 0; i != n; ++i) right = right && (i < k ? !(x[k] < x[i]) : !(x[i] < x[k]));
    CHECK(right);
    std::sort(x.begin(), x.end());
    CHECK(std::equal(x.begin(), x.end(), want.begin(), [](T const& a, T const& b) { return !(a < b) && !(b < a); }));
  }
}

}  // namespace

TEST_CASE("nth_element is that of std, for many values and few") {
  on_cores([] {
    for (std::size_t n :
         {std::size_t{1}, std::size_t{2}, std::size_t{49}, std::size_t{601}, std::size_t{8193}, std::size_t{60'000}}) {
      for (std::uint64_t below : {1U, 2U, 16U, 1'000'000U}) select_all(numbers(n, below));
    }
    select_all(sorted(numbers(20'000, 1000)));
    std::vector<std::uint64_t> falling = sorted(numbers(20'000, 100'000));
    std::reverse(falling.begin(), falling.end());
    select_all(falling);
  });
}

TEST_CASE("nth_element of large items, and of items that are moved only") {
  on_cores([] {
    for (std::size_t n : sizes(256)) select_all(fat(n, 1000));
    std::vector<Owned> v = owned(1200, 500);
    auto keys = keys_of(v);
    std::sort(keys.begin(), keys.end());
    pt::nth_element(v.begin(), v.begin() + 300, v.end(), std::greater<>(), &Owned::key);
    CHECK(v[300].key() == keys[keys.size() - 301]);
  });
}

TEST_CASE("selections are shared") {
  std::vector<Fat> const v = fat(5000, 1000);
  std::vector<Fat> x;
  CHECK(is_shared([&](auto const& context) { pt::nth_element(context, x = v, x.begin() + 2000); }));
  CHECK(is_shared([&](auto const& context) { pt::partial_sort(context, x = v, x.begin() + 20); }));
}

TEST_CASE("the smallest items are sorted, copied, or the largest given back") {
  on_cores([] {
    for (std::size_t n : {std::size_t{1}, std::size_t{50}, std::size_t{20'000}}) {
      std::vector<std::uint64_t> const v = numbers(n, 5000);
      auto const want = sorted(v);
      for (std::size_t k : {std::size_t{0}, n / 50, n / 2, n}) {
        auto const end = static_cast<std::ptrdiff_t>(k);
        auto x = v;
        pt::partial_sort(x, x.begin() + end);
        CHECK(std::equal(x.begin(), x.begin() + end, want.begin()));
        CHECK(sorted(x) == want);
        std::deque<std::uint64_t> out(k + (k == n ? 1 : 0));
        CHECK(pt::partial_sort_copy(v, out).out == out.begin() + end);
        CHECK(std::equal(out.begin(), out.begin() + end, want.begin()));
        auto const best = pt::top_k(v, k);
        CHECK(best.size() == k);
        CHECK(std::equal(best.begin(), best.end(), want.rbegin()));
      }
    }
    std::vector<Fat> const people = fat(2000, 1000);
    CHECK(pt::top_k(people, 3, std::less<>(), &Fat::number)[2].number == 1997);
  });
}

TEST_CASE("a few smallest come to the front of short ranges and long ones whatever their order") {
  on_cores([] {
    for (std::size_t n : {std::size_t{600}, std::size_t{5000}, std::size_t{70'000}}) {
      std::vector<std::uint64_t> falling = sorted(numbers(n, 1'000'000));
      std::reverse(falling.begin(), falling.end());  // every item would come into the heap
      for (auto const& v : {numbers(n, 1'000'000), numbers(n, 3), sorted(numbers(n, 100'000)), falling}) {
        auto const want = sorted(v);
        for (std::size_t k : {std::size_t{1}, std::size_t{2}, n / 512 + 8}) {
          auto const end = static_cast<std::ptrdiff_t>(k);
          std::vector<double> x(v.begin(), v.end());
          pt::partial_sort(x, x.begin() + end);
          CHECK(std::equal(x.begin(), x.begin() + end, want.begin()));
          CHECK(std::equal(want.begin(), want.end(), sorted(x).begin()));
          auto y = v;
          pt::nth_element(y, y.begin() + end - 1, std::greater<>());
          CHECK(y[k - 1] == want[n - k]);
          CHECK(*std::min_element(y.begin(), y.begin() + end) == want[n - k]);
          CHECK(sorted(y) == want);
        }
      }
    }
  });
  CHECK(is_shared([&](auto const& context) {
    auto x = numbers(200'000, 1'000'000);
    pt::nth_element(context, x, x.begin() + 3);
  }));
}

TEST_CASE("selections by a comparison that contradicts itself keep every item") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    auto const v = fat(3000, 100);
    auto const all = numbers_of(v);
    for (auto const& less : contradictory()) {
      auto x = v;
      pt::nth_element(x, x.begin() + 1100, less);
      CHECK(numbers_of(x) == all);
      pt::partial_sort(x, x.begin() + 100, less);
      CHECK(numbers_of(x) == all);
      pt::partial_sort(x, x.begin() + 5, less);
      CHECK(numbers_of(x) == all);
    }
  }
}

TEST_CASE("when a comparison of a selection throws every item is still there") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    auto x = fat(3000, 1000);
    auto const all = numbers_of(x);
    auto const there = [&] { CHECK(numbers_of(x) == all); };
    CHECK(with_each_call_failing(
              [&](auto const& fail) {
                pt::nth_element(x, x.begin() + 1500, [&](Fat const& a, Fat const& b) { return fail(), a < b; });
              },
              there) > 5);
    CHECK(with_each_call_failing(
              [&](auto const& fail) {
                pt::partial_sort(x, x.begin() + 5, [&](Fat const& a, Fat const& b) { return fail(), a < b; });
              },
              there) > 5);
  }
}
