// Ten million doubles: memory is the limit, or nearly.
#include "peers.hpp"

#include <cmath>
#include <iterator>
#include <optional>

#if defined(BENCH_RAYON)
extern "C" {
double rayon_sum(double const* values, std::size_t n);
double rayon_sum_of_squares(double const* values, std::size_t n);
double rayon_min_by_key(double const* values, std::size_t n);
double rayon_collect(double const* values, std::size_t n);
double rayon_collect_into(double const* values, std::size_t n, void* into);
void* rayon_vector();
void rayon_free_vector(void* vector);
double rayon_filter_collect(double const* values, std::size_t n);
double rayon_filter_map_sum(double const* values, std::size_t n);
void rayon_zip(double const* a, double const* b, double* c, std::size_t n);
std::size_t rayon_find_first(double const* values, std::size_t n, double wanted);
}
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

constexpr std::size_t n = 10'000'000;
std::vector<double> a;
std::vector<double> b;
std::vector<double> c;

void make() {
  Random random(7);
  a.resize(n);
  for (double& x : a) x = random.uniform();
}
void drop() {
  a = {};
  b = {};
  c = {};
}

Row row_of(std::string name) { return {.name = std::move(name), .unit = "run", .prepare = make, .release = drop}; }

[[maybe_unused]] void add_rayon(Row& row, [[maybe_unused]] std::function<double()> body) {
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once(std::move(body))});
#else
  (void)row;
#endif
}
#if defined(BENCH_RAYON)
#define ON_RAYON(...) [] { return static_cast<double>(__VA_ARGS__); }
#else
#define ON_RAYON(...) [] { return 0.0; }
#endif

Row sum() {
  Row row = row_of("sum of 10 M doubles");
  row.weighs = true;
  add_sums(row, n, [](std::size_t i) { return a[i]; });
  add_ours(row, [] { return pt::parallel_iter(a).sum(); });
  add_rayon(row, ON_RAYON(rayon_sum(a.data(), n)));
  return row;
}

Row sum_of_squares() {
  Row row = row_of("sum of squares of 10 M doubles");
  add_sums(row, n, [](std::size_t i) { return a[i] * a[i]; });
  add_ours(row, [] { return pt::parallel_iter(a).map([](double x) { return x * x; }).sum(); });
  add_rayon(row, ON_RAYON(rayon_sum_of_squares(a.data(), n)));
  return row;
}

Row filter_map_sum() {
  Row row = row_of("filter, map, sum of 10 M doubles");
  add_sums(row, n, [](std::size_t i) { return a[i] > 0.5 ? a[i] * 2 : 0.0; });
  add_ours(row, [] {
    return pt::parallel_iter(a).filter([](double x) { return x > 0.5; }).map([](double x) { return x * 2; }).sum();
  });
  add_rayon(row, ON_RAYON(rayon_filter_map_sum(a.data(), n)));
  return row;
}

// A function object: passed on as a pointer to a function it would be called for each item, by whoever takes one.
constexpr auto key = [](double x) { return std::abs(x - 0.5); };

Row min_by_key() {
  Row row = row_of("min_by_key of 10 M doubles");
  auto const less = [](double x, double y) { return key(x) < key(y); };
  row.contenders.push_back({PlainLoop::name, once([less] { return *std::min_element(a.begin(), a.end(), less); })});
#if defined(BENCH_TBB)
  auto const tbb_min = [less](auto partitioner) {
    return tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, n), a[0],
        [less](tbb::blocked_range<std::size_t> const& part, double best) {
          for (std::size_t i = part.begin(); i != part.end(); ++i) best = less(a[i], best) ? a[i] : best;
          return best;
        },
        [less](double x, double y) { return less(y, x) ? y : x; }, partitioner);
  };
  row.contenders.push_back({TbbAuto::name, once([tbb_min] { return tbb_min(tbb::auto_partitioner{}); })});
  row.contenders.push_back({TbbStatic::name, once([tbb_min] { return tbb_min(tbb::static_partitioner{}); })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({OmpStatic::name, once([less] {
                              double best = a[0];
#pragma omp parallel
                              {
                                double mine = a[0];
#pragma omp for schedule(static) nowait
                                for (std::size_t i = 0; i < n; ++i) mine = less(a[i], mine) ? a[i] : mine;
#pragma omp critical
                                best = less(mine, best) ? mine : best;
                              }
                              return best;
                            })});
#endif
#if defined(BENCH_STD)
  row.contenders.push_back({StdPar::name,
                            once([less] { return *std::min_element(StdPar::policy, a.begin(), a.end(), less); })});
  row.contenders.push_back({StdUnseq::name,
                            once([less] { return *std::min_element(StdUnseq::policy, a.begin(), a.end(), less); })});
#endif
  add_ours(row, [] { return *pt::parallel_iter(a).min_by_key(key); });
  add_rayon(row, ON_RAYON(rayon_min_by_key(a.data(), n)));
  return row;
}

/// A new vector each turn: what its pages cost is part of the work. Peers fill a vector that they have sized.
Row collect() {
  Row row = row_of("collect the roots of 10 M doubles");
  row.weighs = true;
  row.result_bytes = n * sizeof(double);
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, once([] {
                                std::vector<double> roots(n);
                                Peer::loop(n, [&](std::size_t i) { roots[i] = std::sqrt(a[i]); });
                                return roots[n / 2];
                              })});
  });
  row.contenders[0].run = once([] {
    std::vector<double> roots;
    roots.reserve(n);
    for (double x : a) roots.push_back(std::sqrt(x));
    return roots[n / 2];
  });
  row.contenders[1].run = once([] {
    auto const roots = pt::parallel_iter(a).map([](double x) { return std::sqrt(x); }).collect<std::vector>();
    return roots[n / 2];
  });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([] { return rayon_collect(a.data(), n); });
#endif
  return row;
}

Row collect_into() {
  Row row = row_of("collect_into: the roots of 10 M doubles, memory there");
  row.prepare = [] {
    make();
    b.assign(n, 0);
  };
  add_loops(
      row, n, [](std::size_t i) { b[i] = std::sqrt(a[i]); }, [] { return b[n / 2]; });
  row.contenders[1].run = once([] {
    pt::parallel_iter(a).map([](double x) { return std::sqrt(x); }).collect_into(b);
    return b[n / 2];
  });
#if defined(BENCH_RAYON)
  static void* vector = nullptr;
  row.prepare = [] {
    make();
    b.assign(n, 0);
    vector = rayon_vector();
  };
  row.release = [] {
    drop();
    rayon_free_vector(vector);
  };
  row.contenders.back().run = once([] { return rayon_collect_into(a.data(), n, vector); });
#endif
  return row;
}

/// Peers as their users do it: OpenMP and oneTBB keep a vector a thread or a part and join them in order.
Row filter_collect() {
  Row row = row_of("filter 10 M doubles into a vector");
  row.weighs = true;
  row.result_bytes = n / 2 * sizeof(double);  // half of them, nearly
  auto const wanted = [](double x) { return x > 0.5; };
  row.contenders.push_back({PlainLoop::name, once([wanted] {
                              std::vector<double> kept;
                              std::copy_if(a.begin(), a.end(), std::back_inserter(kept), wanted);
                              return kept.size();
                            })});
#if defined(BENCH_TBB)
  auto const tbb_kept = [wanted](auto partitioner) {
    auto const kept = tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, n), std::vector<double>{},
        [wanted](tbb::blocked_range<std::size_t> const& part, std::vector<double> mine) {
          for (std::size_t i = part.begin(); i != part.end(); ++i) {
            if (wanted(a[i])) mine.push_back(a[i]);
          }
          return mine;
        },
        [](std::vector<double> x, std::vector<double> const& y) {
          x.insert(x.end(), y.begin(), y.end());
          return x;
        },
        partitioner);
    return kept.size();
  };
  row.contenders.push_back({TbbAuto::name, once([tbb_kept] { return tbb_kept(tbb::auto_partitioner{}); })});
  row.contenders.push_back({TbbStatic::name, once([tbb_kept] { return tbb_kept(tbb::static_partitioner{}); })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({OmpStatic::name, once([wanted] {
                              std::vector<double> kept;
#pragma omp parallel
                              {
                                std::vector<double> mine;
#pragma omp for schedule(static) nowait
                                for (std::size_t i = 0; i < n; ++i) {
                                  if (wanted(a[i])) mine.push_back(a[i]);
                                }
#pragma omp for ordered schedule(static, 1)
                                for (int t = 0; t < omp_get_num_threads(); ++t) {
#pragma omp ordered
                                  kept.insert(kept.end(), mine.begin(), mine.end());
                                }
                              }
                              return kept.size();
                            })});
#endif
#if defined(BENCH_STD)
  auto const std_kept = [wanted](auto const& policy) {
    std::vector<double> kept(n);
    auto const end = std::copy_if(policy, a.begin(), a.end(), kept.begin(), wanted);
    kept.erase(end, kept.end());
    return kept.size();
  };
  row.contenders.push_back({StdPar::name, once([std_kept] { return std_kept(StdPar::policy); })});
  row.contenders.push_back({StdUnseq::name, once([std_kept] { return std_kept(StdUnseq::policy); })});
#endif
  add_ours(row, [wanted] { return pt::parallel_iter(a).filter(wanted).collect<std::vector>().size(); });
  add_rayon(row, ON_RAYON(rayon_filter_collect(a.data(), n)));
  return row;
}

Row zip() {
  Row row = row_of("zip of three arrays of 10 M doubles");
  row.prepare = [] {
    make();
    b = a;
    c.assign(n, 1.0);
  };
  add_loops(
      row, n, [](std::size_t i) { c[i] = a[i] * b[i] + c[i] * 0.5; }, [] { return 0.0; });
  row.contenders[1].run = once([] {
    pt::parallel_iter(a).zip(b, c).for_each([](double x, double y, double& z) { z = x * y + z * 0.5; });
    return 0.0;
  });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([] {
    rayon_zip(a.data(), b.data(), c.data(), n);
    return 0.0;
  });
#endif
  return row;
}

/// OpenMP has no search that ends early and keeps the order; its users cut the range by hand, so it is left out.
Row find_first(std::string name, std::size_t at) {
  Row row = row_of("find_first of 10 M doubles, " + std::move(name));
  row.prepare = [at] {
    make();
    for (double& x : a) x = x * 0.5;
    if (at < n) a[at] = 1;
  };
  auto const wanted = [](double x) { return x == 1.0; };
  row.contenders.push_back({PlainLoop::name,
                            once([wanted] { return std::find_if(a.begin(), a.end(), wanted) - a.begin(); })});
#if defined(BENCH_STD)
  row.contenders.push_back(
      {StdPar::name, once([wanted] { return std::find_if(StdPar::policy, a.begin(), a.end(), wanted) - a.begin(); })});
  row.contenders.push_back({StdUnseq::name, once([wanted] {
                              return std::find_if(StdUnseq::policy, a.begin(), a.end(), wanted) - a.begin();
                            })});
#endif
  add_ours(row, [wanted] {
    auto const found =
        pt::parallel_iter(a).enumerate().find_first([wanted](std::size_t, double x) { return wanted(x); });
    return found ? std::get<0>(*found) : n;
  });
  add_rayon(row, ON_RAYON(rayon_find_first(a.data(), n, 1.0)));
  return row;
}

}  // namespace

void add_numbers(std::vector<Row>& rows) {
  rows.push_back(sum());
  rows.push_back(sum_of_squares());
  rows.push_back(min_by_key());
  rows.push_back(filter_map_sum());
  rows.push_back(collect());
  rows.push_back(collect_into());
  rows.push_back(filter_collect());
  rows.push_back(zip());
  rows.push_back(find_first("at 1 %", n / 100));
  rows.push_back(find_first("at 50 %", n / 2));
  rows.push_back(find_first("never", n));
}

}  // namespace suite
