// Scans, merges, set operations, partitions and selections, beside the algorithms of the same name.
#include "peers.hpp"

#include <parallel_task/algorithm.hpp>

#include <cstdint>
#include <cstring>

#if defined(BENCH_TBB)
#include <tbb/parallel_scan.h>
#endif
#if defined(BENCH_OPENMP) && defined(__GLIBCXX__)
#include <parallel/algorithm>
#include <parallel/numeric>
#define BENCH_GNU
#endif

namespace suite {

namespace {

namespace pt = parallel_task;
using U64 = std::uint64_t;

std::vector<double> doubles;
std::vector<double> double_sums;
std::vector<int> ints;
std::vector<int> int_sums;
std::vector<U64> a;
std::vector<U64> b;
std::vector<U64> out;

void drop() {
  doubles = {};
  double_sums = {};
  ints = {};
  int_sums = {};
  a = {};
  b = {};
  out = {};
}

U64 random_u64(Random& random) { return random() << 33 ^ random() << 11 ^ random(); }
std::vector<U64> numbers(std::size_t n, U64 below, std::uint64_t seed) {
  Random random(seed);
  std::vector<U64> v(n);
  for (U64& x : v) x = below == 0 ? random_u64(random) : random_u64(random) % below;
  return v;
}

/// Adds a contender whose `body()` is timed alone, after `restore()`, `times` times; it gives the digest.
template <class Restore, class Body>
void add(Row& row, char const* peer, Restore restore, Body body, std::size_t times = 1) {
  row.contenders.push_back(
      {peer, [=] {
         restore();
         double digest = 0;
         auto const begin = Clock::now();
         for (std::size_t i = 0; i != times; ++i) digest = static_cast<double>(body());
         return Sample{nanoseconds_since(begin) / static_cast<double>(times), digest, static_cast<double>(times)};
       }});
}

struct Larger {
  double operator()(double x, double y) const { return x < y ? y : x; }
};

#if defined(BENCH_TBB)
/// What a user of parallel_scan writes.
template <class T, class Op>
struct TbbScan {
  T const* in;
  T* to;
  Op op;
  T sum{};
  bool any = false;

  TbbScan(T const* from, T* into, Op by) : in(from), to(into), op(by) {}
  TbbScan(TbbScan& other, tbb::split) : in(other.in), to(other.to), op(other.op) {}
  template <class Tag>
  void operator()(tbb::blocked_range<std::size_t> const& part, Tag) {
    T all = sum;
    bool has = any;
    for (std::size_t i = part.begin(); i != part.end(); ++i) {
      all = has ? op(all, in[i]) : in[i];
      has = true;
      if (Tag::is_final_scan()) to[i] = all;
    }
    sum = all;
    any = has;
  }
  void reverse_join(TbbScan& before) {
    if (before.any) sum = any ? op(before.sum, sum) : before.sum;
    any = any || before.any;
  }
  void assign(TbbScan& other) {
    sum = other.sum;
    any = other.any;
  }
};
#endif

template <class T, class Op>
Row inclusive(std::string name, std::size_t n, std::vector<T>& in, std::vector<T>& sums, Op op) {
  Row row{.name = "inclusive_scan, " + name, .unit = "run", .small = n < 50'000, .release = drop};
  row.prepare = [&in, &sums, n] {
    Random random(3);
    in.resize(n);
    for (T& x : in) x = static_cast<T>(random() % 1000);
    sums.assign(n, T{});
  };
  std::size_t const times = n < 1'000'000 ? 2'000'000 / n : 1;
  auto const none = [] {};
  auto const last = [&sums] { return sums.back(); };
  add(
      row, "std on one thread", none,
      [&in, &sums, op, last] { return std::inclusive_scan(in.begin(), in.end(), sums.begin(), op), last(); }, times);
  add(
      row, "parallel_task", none, [&in, &sums, op, last] { return pt::inclusive_scan(in, sums, op), last(); }, times);
#if defined(BENCH_STD)
  add(
      row, "std par", none,
      [&in, &sums, op, last] {
        return std::inclusive_scan(std::execution::par, in.begin(), in.end(), sums.begin(), op), last();
      },
      times);
#endif
#if defined(BENCH_TBB)
  add(
      row, "oneTBB", none,
      [&in, &sums, op, last] {
        TbbScan<T, Op> body(in.data(), sums.data(), op);
        tbb::parallel_scan(tbb::blocked_range<std::size_t>(0, in.size()), body);
        return last();
      },
      times);
#endif
#if defined(BENCH_GNU)
  add(
      row, "GNU parallel", none,
      [&in, &sums, op, last] { return __gnu_parallel::partial_sum(in.begin(), in.end(), sums.begin(), op), last(); },
      times);
#endif
  return row;
}
template <class T>
Row exclusive(std::string name, std::size_t n, std::vector<T>& in, std::vector<T>& sums) {
  Row row = inclusive(std::move(name), n, in, sums, std::plus<>());
  row.name.replace(0, 9, "exclusive");
  row.contenders.clear();
  std::size_t const times = n < 1'000'000 ? 2'000'000 / n : 1;
  auto const none = [] {};
  auto const last = [&sums] { return sums.back(); };
  add(
      row, "std on one thread", none,
      [&in, &sums, last] { return std::exclusive_scan(in.begin(), in.end(), sums.begin(), T{}), last(); }, times);
  add(
      row, "parallel_task", none, [&in, &sums, last] { return pt::exclusive_scan(in, sums, T{}), last(); }, times);
#if defined(BENCH_STD)
  add(
      row, "std par", none,
      [&in, &sums, last] {
        return std::exclusive_scan(std::execution::par, in.begin(), in.end(), sums.begin(), T{}), last();
      },
      times);
#endif
  return row;
}

Row merges(std::string name, std::size_t n, std::size_t m) {
  Row row{.name = "merge of " + std::move(name), .unit = "run", .release = drop};
  row.prepare = [n, m] {
    a = numbers(n, 0, 1);
    b = numbers(m, 0, 2);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    out.assign(n + m, 0);
  };
  std::size_t const times = n < 1'000'000 ? 20 : 1;
  auto const none = [] {};
  auto const middle = [] { return out[out.size() / 2] >> 12; };
  add(
      row, "std on one thread", none,
      [=] { return std::merge(a.begin(), a.end(), b.begin(), b.end(), out.begin()), middle(); }, times);
  add(
      row, "parallel_task", none, [=] { return pt::merge(a, b, out), middle(); }, times);
#if defined(BENCH_STD)
  add(
      row, "std par", none,
      [=] { return std::merge(std::execution::par, a.begin(), a.end(), b.begin(), b.end(), out.begin()), middle(); },
      times);
#endif
#if defined(BENCH_GNU)
  add(
      row, "GNU parallel", none,
      [=] { return __gnu_parallel::merge(a.begin(), a.end(), b.begin(), b.end(), out.begin()), middle(); }, times);
#endif
  return row;
}

Row unions(std::string name, U64 below) {
  Row row{.name = "set_union of 2 x 5 M, " + std::move(name), .unit = "run", .release = drop};
  row.prepare = [below] {
    a = numbers(5'000'000, below, 1);
    b = numbers(5'000'000, below, 2);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    out.assign(a.size() + b.size(), 0);
  };
  auto const none = [] {};
  add(row, "std on one thread", none,
      [] { return std::set_union(a.begin(), a.end(), b.begin(), b.end(), out.begin()) - out.begin(); });
  add(row, "parallel_task", none, [] { return pt::set_union(a, b, out).out - out.begin(); });
#if defined(BENCH_STD)
  add(row, "std par", none, [] {
    return std::set_union(std::execution::par, a.begin(), a.end(), b.begin(), b.end(), out.begin()) - out.begin();
  });
#endif
#if defined(BENCH_GNU)
  add(row, "GNU parallel", none,
      [] { return __gnu_parallel::set_union(a.begin(), a.end(), b.begin(), b.end(), out.begin()) - out.begin(); });
#endif
  return row;
}

/// Rows that work in place, on a copy of `a` in `out`.
Row in_place(std::string name, std::size_t n, U64 below, bool in_order) {
  Row row{.name = std::move(name), .unit = "run", .release = drop};
  row.prepare = [n, below, in_order] {
    a = numbers(n, below, 4);
    if (in_order) std::sort(a.begin(), a.end());
    out = a;
  };
  return row;
}
void again() { std::memcpy(out.data(), a.data(), a.size() * sizeof(U64)); }

Row partitions(std::string name, std::size_t n) {
  Row row = in_place("partition of " + std::move(name) + " u64", n, 0, false);
  auto const has_bit = [](U64 x) { return (x & 64) != 0; };
  add(row, "std on one thread", again, [=] { return std::partition(out.begin(), out.end(), has_bit) - out.begin(); });
  add(row, "parallel_task", again, [=] { return pt::detail::PartitionRange{}(out, has_bit).begin() - out.begin(); });
#if defined(BENCH_STD)
  add(row, "std par", again,
      [=] { return std::partition(std::execution::par, out.begin(), out.end(), has_bit) - out.begin(); });
#endif
#if defined(BENCH_GNU)
  add(row, "GNU parallel", again,
      [=] { return __gnu_parallel::partition(out.begin(), out.end(), has_bit) - out.begin(); });
#endif
  return row;
}

/// libstdc++'s nth_element with a policy is left out where values are few: it is quadratic there.
Row selections(std::string name, std::size_t n, U64 below, std::size_t k) {
  Row row = in_place("nth_element, " + std::move(name), n, below, false);
  auto const nth = [k] { return out.begin() + static_cast<std::ptrdiff_t>(k); };
  auto const found = [k] { return out[k] >> 12; };
  add(row, "std on one thread", again, [=] { return std::nth_element(out.begin(), nth(), out.end()), found(); });
  add(row, "parallel_task", again, [=] { return pt::nth_element(out, nth()), found(); });
#if defined(BENCH_STD)
  if (below == 0)
    add(row, "std par", again,
        [=] { return std::nth_element(std::execution::par, out.begin(), nth(), out.end()), found(); });
#endif
#if defined(BENCH_GNU)
  add(row, "GNU parallel", again, [=] { return __gnu_parallel::nth_element(out.begin(), nth(), out.end()), found(); });
#endif
  return row;
}

Row uniques(std::string name, U64 below) {
  Row row = in_place("unique of 10 M sorted u64, " + std::move(name), 10'000'000, below, true);
  add(row, "std on one thread", again, [] { return std::unique(out.begin(), out.end()) - out.begin(); });
  add(row, "parallel_task", again, [] { return pt::unique(out).begin() - out.begin(); });
#if defined(BENCH_STD)
  add(row, "std par", again, [] { return std::unique(std::execution::par, out.begin(), out.end()) - out.begin(); });
#endif
  return row;
}

}  // namespace

void add_scans(std::vector<Row>& rows) {
  rows.push_back(inclusive("10 k doubles", 10'000, doubles, double_sums, std::plus<>()));
  rows.push_back(inclusive("100 k doubles", 100'000, doubles, double_sums, std::plus<>()));
  rows.push_back(inclusive("10 M doubles", 10'000'000, doubles, double_sums, std::plus<>()));
  rows.push_back(inclusive("10 M ints", 10'000'000, ints, int_sums, std::plus<>()));
  rows.push_back(inclusive("larger of two, 10 M doubles", 10'000'000, doubles, double_sums, Larger()));
  rows.push_back(exclusive("10 k doubles", 10'000, doubles, double_sums));
  rows.push_back(exclusive("100 k doubles", 100'000, doubles, double_sums));
  rows.push_back(exclusive("10 M doubles", 10'000'000, doubles, double_sums));
  rows.push_back(exclusive("10 M ints", 10'000'000, ints, int_sums));
  rows.push_back(merges("2 x 50 k u64", 50'000, 50'000));
  rows.push_back(merges("2 x 5 M u64", 5'000'000, 5'000'000));
  rows.push_back(merges("9 M and 1 M u64", 9'000'000, 1'000'000));
  rows.push_back(unions("of 10 M values", 10'000'000));
  rows.push_back(unions("hardly a value twice", 0));
  rows.push_back(partitions("1 M", 1'000'000));
  rows.push_back(partitions("10 M", 10'000'000));
  rows.push_back(selections("middle of 1 M u64", 1'000'000, 0, 500'000));
  rows.push_back(selections("middle of 10 M u64", 10'000'000, 0, 5'000'000));
  rows.push_back(selections("first of 10 M u64", 10'000'000, 0, 0));
  rows.push_back(selections("middle of 10 M u64 of 16 values", 10'000'000, 16, 5'000'000));
  rows.push_back(uniques("of 1000 values", 1000));
  rows.push_back(uniques("of 10 M values", 10'000'000));
}

}  // namespace suite
