// Algorithms on ranges beside those of the standard library, sequential and with policies, and libstdc++'s parallel
// mode.
#include "peers.hpp"

#include <parallel_task/algorithm.hpp>

#include <cstdint>
#include <random>
#if defined(BENCH_OPENMP) && defined(__GLIBCXX__) && defined(_OPENMP)
#include <parallel/algorithm>
#define BENCH_GNU 1
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

constexpr std::size_t n = 10'000'000;
std::vector<double> a;
std::vector<double> b;
std::vector<double> out;
std::vector<int> ints;

void make() {
  Random random(7);
  a.resize(n);
  for (double& x : a) x = random.uniform();
  b = a;
  out.assign(n, 0.0);
  ints.resize(n);
  for (int& x : ints) x = static_cast<int>(random() % 1'000'000);
}
void drop() {
  a = {};
  b = {};
  out = {};
  ints = {};
}

constexpr char const* gnu = "gnu parallel";

/// `sequential` is the standard algorithm, `with_policy(policy)` the same with a policy in front, `ours` this
/// library's.
template <class Sequential, class WithPolicy, class Mine>
Row row_of(std::string name, Sequential sequential, [[maybe_unused]] WithPolicy with_policy, Mine mine) {
  Row row{.name = std::move(name), .unit = "run", .prepare = make, .release = drop};
  row.contenders.push_back({PlainLoop::name, once(sequential)});
#if defined(BENCH_STD)
  row.contenders.push_back({"std par", once([with_policy] { return with_policy(std::execution::par); })});
  row.contenders.push_back({"std par_unseq", once([with_policy] { return with_policy(std::execution::par_unseq); })});
#endif
  row.contenders.push_back({Ours::name, once(mine)});
  return row;
}

double twice(double x) { return 2 * x + 1; }
constexpr auto twice_of = [](double x) { return twice(x); };
constexpr auto is_negative = [](double x) { return x < 0; };

}  // namespace

void add_algorithms(std::vector<Row>& rows) {
  rows.push_back(row_of(
      "copy 10 M doubles", [] { return std::copy(a.begin(), a.end(), out.begin()), out[n / 2]; },
      [](auto policy) { return std::copy(policy, a.begin(), a.end(), out.begin()), out[n / 2]; },
      [] { return pt::copy(a, out), out[n / 2]; }));
  rows.push_back(row_of(
      "transform 10 M doubles", [] { return std::transform(a.begin(), a.end(), out.begin(), twice_of), out[n / 2]; },
      [](auto policy) { return std::transform(policy, a.begin(), a.end(), out.begin(), twice_of), out[n / 2]; },
      [] { return pt::transform(a, out, twice_of), out[n / 2]; }));
  rows.push_back(row_of(
      "find_if in 10 M doubles, in vain", [] { return std::find_if(a.begin(), a.end(), is_negative) - a.begin(); },
      [](auto policy) { return std::find_if(policy, a.begin(), a.end(), is_negative) - a.begin(); },
      [] { return pt::find_if(a, is_negative) - a.begin(); }));
  rows.push_back(row_of(
      "equal of 2 × 10 M doubles", [] { return std::equal(a.begin(), a.end(), b.begin()); },
      [](auto policy) { return std::equal(policy, a.begin(), a.end(), b.begin()); }, [] { return pt::equal(a, b); }));
  rows.push_back(row_of(
      "min_element of 10 M doubles", [] { return *std::min_element(a.begin(), a.end()); },
      [](auto policy) { return *std::min_element(policy, a.begin(), a.end()); }, [] { return *pt::min_element(a); }));
  rows.push_back(row_of(
      "minmax_element of 10 M ints", [] { return *std::minmax_element(ints.begin(), ints.end()).second; },
      [](auto policy) { return *std::minmax_element(policy, ints.begin(), ints.end()).second; },
      [] { return *pt::minmax_element(ints).max; }));
  rows.push_back(row_of(
      "transform_reduce of 2 × 10 M doubles", [] { return std::transform_reduce(a.begin(), a.end(), b.begin(), 0.0); },
      [](auto policy) { return std::transform_reduce(policy, a.begin(), a.end(), b.begin(), 0.0); },
      [] { return pt::transform_reduce(a, b, 0.0); }));
  rows.push_back(row_of(
      "adjacent_difference of 10 M doubles",
      [] { return std::adjacent_difference(a.begin(), a.end(), out.begin()), out[n / 2]; },
      [](auto policy) { return std::adjacent_difference(policy, a.begin(), a.end(), out.begin()), out[n / 2]; },
      [] { return pt::adjacent_difference(a, out), out[n / 2]; }));
  rows.push_back(row_of(
      "reverse 10 M doubles", [] { return std::reverse(b.begin(), b.end()), 0; },
      [](auto policy) { return std::reverse(policy, b.begin(), b.end()), 0; }, [] { return pt::reverse(b), 0; }));

  Row shuffle{.name = "shuffle 10 M ints", .unit = "run", .prepare = make, .release = drop};
  shuffle.contenders.push_back({PlainLoop::name, once([] {
                                  std::mt19937_64 generator(7);
                                  std::shuffle(ints.begin(), ints.end(), generator);
                                  return 0;
                                })});
#if defined(BENCH_GNU)
  shuffle.contenders.push_back({gnu, once([] { return __gnu_parallel::random_shuffle(ints.begin(), ints.end()), 0; })});
#endif
  shuffle.contenders.push_back({Ours::name, once([] { return pt::shuffle(ints, 7), 0; })});
  rows.push_back(std::move(shuffle));
}

}  // namespace suite
