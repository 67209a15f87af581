// Kernels of scientific code, and loops within loops.
#include "peers.hpp"

#if defined(BENCH_TBB)
#include <tbb/parallel_invoke.h>
#endif
#if defined(BENCH_RAYON)
extern "C" {
double rayon_nested(std::size_t outer, std::size_t inner, std::size_t steps);
double rayon_recursion(std::size_t depth, std::size_t steps);
}
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

std::vector<double> a;
std::vector<double> b;
std::vector<double> c;

void drop() {
  a = {};
  b = {};
  c = {};
}

Row product() {
  constexpr std::size_t side = 512;
  Row row{.name = "matrix multiplication 512^3", .unit = "run", .release = drop};
  row.prepare = [] {
    Random random(5);
    for (auto* m : {&a, &b}) {
      m->resize(side * side);
      for (double& x : *m) x = random.uniform();
    }
    c.assign(side * side, 0);
  };
  add_loops(
      row, side,
      [](std::size_t i) {
        double* const to = c.data() + i * side;
        std::fill(to, to + side, 0.0);
        for (std::size_t k = 0; k != side; ++k) {
          double const x = a[i * side + k];
          double const* const from = b.data() + k * side;
          for (std::size_t j = 0; j != side; ++j) to[j] += x * from[j];
        }
      },
      [] { return std::accumulate(c.begin(), c.end(), 0.0); });
  return row;
}

Row stencil() {
  constexpr std::size_t side = 2000;
  Row row{.name = "5-point stencil over 2000^2, 50 steps", .unit = "run", .release = drop};
  row.prepare = [] {
    a.assign(side * side, 0);
    b.assign(side * side, 0);
  };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [] {
                                std::fill(a.begin(), a.end(), 0.0);
                                a[side * side / 2 + side / 2] = 1;
                                b = a;
                                auto const begin = Clock::now();
                                for (int step = 0; step != 25; ++step) {
                                  for (auto const& [from, to] : {std::pair{a.data(), b.data()}, {b.data(), a.data()}}) {
                                    Peer::loop(side - 2, [from = from, to = to](std::size_t y) {
                                      double const* const here = from + (y + 1) * side;
                                      double* const there = to + (y + 1) * side;
                                      for (std::size_t x = 1; x != side - 1; ++x) {
                                        there[x] = 0.5 * here[x] + 0.125 * (here[x - 1] + here[x + 1] + here[x - side] +
                                                                            here[x + side]);
                                      }
                                    });
                                  }
                                }
                                return Sample{nanoseconds_since(begin), a[side * side / 2 + side / 2]};
                              }});
  });
  return row;
}

/// `inner` items in each of `outer`, both loops parallel.
Row nested(std::string name, std::size_t outer, std::size_t inner, std::size_t steps) {
  Row row{.name = std::move(name), .unit = "run", .release = drop};
  row.prepare = [outer, inner] { a.assign(outer * inner, 0); };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, once([outer, inner, steps] {
                                Peer::loop(outer, [inner, steps](std::size_t i) {
                                  Peer::loop(inner, [at = a.data() + i * inner, steps](std::size_t k) {
                                    at[k] = work(steps);
                                  });
                                });
                                return 0.0;
                              })});
  });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([outer, inner, steps] { return rayon_nested(outer, inner, steps), 0.0; });
#endif
  return row;
}

double plain_recursion(std::size_t depth, std::size_t steps) {
  if (depth == 0) return work(steps);
  return plain_recursion(depth - 1, steps) + plain_recursion(depth - 1, steps);
}
double our_recursion(std::size_t depth, std::size_t steps) {
  if (depth == 0) return work(steps);
  double halves[2];
  pt::parallel_for(std::size_t{2}, [&](std::size_t i) { halves[i] = our_recursion(depth - 1, steps); });
  return halves[0] + halves[1];
}
#if defined(BENCH_TBB)
double tbb_recursion(std::size_t depth, std::size_t steps) {
  if (depth == 0) return work(steps);
  double halves[2];
  tbb::parallel_invoke([&] { halves[0] = tbb_recursion(depth - 1, steps); },
                       [&] { halves[1] = tbb_recursion(depth - 1, steps); });
  return halves[0] + halves[1];
}
#endif
#if defined(BENCH_OPENMP)
double omp_recursion(std::size_t depth, std::size_t steps) {
  if (depth == 0) return work(steps);
  double halves[2];
#pragma omp task shared(halves)
  halves[0] = omp_recursion(depth - 1, steps);
  halves[1] = omp_recursion(depth - 1, steps);
#pragma omp taskwait
  return halves[0] + halves[1];
}
#endif

Row recursion() {
  constexpr std::size_t depth = 12;
  constexpr std::size_t steps = 2000;
  Row row{.name = "balanced recursion, 2^12 leaves of 2000 steps", .unit = "run"};
  row.contenders.push_back({PlainLoop::name, once([] { return plain_recursion(depth, steps); })});
  row.contenders.push_back({Ours::name, once([] { return our_recursion(depth, steps); })});
#if defined(BENCH_TBB)
  row.contenders.push_back({"oneTBB invoke", once([] { return tbb_recursion(depth, steps); })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({"OpenMP tasks", once([] {
                              double sum = 0;
#pragma omp parallel
#pragma omp single
                              sum = omp_recursion(depth, steps);
                              return sum;
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_recursion(depth, steps); })});
#endif
  return row;
}

}  // namespace

void add_kernels(std::vector<Row>& rows) {
  rows.push_back(product());
  rows.push_back(stencil());
  rows.push_back(nested("nested: 8 loops of 10 000", 8, 10'000, 50));
  rows.push_back(nested("nested: 10 000 loops of 8", 10'000, 8, 50));
  rows.push_back(recursion());
}

}  // namespace suite
