// Algorithms with each of their allocations failing: what is thrown is std::bad_alloc or nothing, every item is still
// there, and nothing is leaked.
#include "support/eager.hpp"
#include "support/faults.hpp"

#include "catch.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace {

namespace pt = parallel_task;
using support::Faults;

/// Large, so that a block is of few; its key is elsewhere, so that a copy of the bytes would be found out.
class Boxed {
 public:
  explicit Boxed(int key) : key_(new int(key)) {}
  [[nodiscard]] int key() const { return key_ ? *key_ : -1; }
  friend bool operator<(Boxed const& a, Boxed const& b) { return a.key() < b.key(); }

 private:
  std::unique_ptr<int> key_;
  [[maybe_unused]] char room_[1000] = {};
};

std::vector<Boxed> boxed(int n) {
  std::vector<Boxed> v;
  v.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i != n; ++i) v.emplace_back(i * 7919 % 1009);
  return v;
}
bool all_there(std::vector<Boxed> const& v) {
  std::vector<int> keys;
  for (Boxed const& x : v) keys.push_back(x.key());
  std::sort(keys.begin(), keys.end());
  std::vector<int> want;
  for (std::size_t i = 0; i != v.size(); ++i) want.push_back(static_cast<int>(i) * 7919 % 1009);
  std::sort(want.begin(), want.end());
  return keys == want;
}

/// Runs it with the first, second, … allocation failing, until it needs no more. Returns how many failed. What the pool
/// keeps for its threads is no leak, so those are looked for on one thread only.
template <class Run>
int with_each_allocation_failing(std::vector<Boxed>& v, bool shared, Run const& run) {
  run(v);  // the library has made its tables
  int failed = 0;
  for (std::uint32_t k = 1;; ++k) {
    long const before = Faults::allocated;
    bool threw = false;
    Faults::arm(Faults::Kind::allocation, k);
    try {
      run(v);
    } catch (std::bad_alloc const&) {
      threw = true;
    }
    bool const fired = Faults::disarm();
    if (!shared) CHECK(Faults::allocated - before == 0);
    CHECK((fired || !threw));
    CHECK(all_there(v));
    if (!fired) return failed;
    ++failed;
  }
}

template <class Context>
void fail_all(Context const& context, bool shared) {
  std::vector<Boxed> v = boxed(600);
  auto const even = [](Boxed const& x) { return x.key() % 2 == 0; };
  CHECK(with_each_allocation_failing(v, shared, [&](auto& r) { pt::stable_partition(context, r, even); }) > 1);
  CHECK(with_each_allocation_failing(v, shared, [&](auto& r) { pt::detail::PartitionRange{}(context, r, even); }) > 1);
  CHECK(with_each_allocation_failing(v, shared, [&](auto& r) { pt::nth_element(context, r, r.begin() + 300); }) > 1);
  CHECK(with_each_allocation_failing(v, shared, [&](auto& r) { pt::partial_sort(context, r, r.begin() + 30); }) > 1);
  CHECK(with_each_allocation_failing(v, shared, [&](auto& r) { pt::inplace_merge(context, r, r.begin() + 300); }) > 1);
  std::vector<int> const ones(50'000, 1);
  std::vector<int> sums(ones.size());
  CHECK(with_each_allocation_failing(v, shared, [&](auto&) { pt::inclusive_scan(context, ones, sums); }) > 0);
  CHECK(with_each_allocation_failing(v, shared, [&](auto&) { pt::set_union(context, ones, ones, sums.begin()); }) > 0);
}

}  // namespace

TEST_CASE("algorithms that fail to get memory leave every item in the range") {
  fail_all(pt::with(pt::threads(1)), false);
  support::Eager const eager(3);
  fail_all(pt::with(pt::threads(3)), true);
}
