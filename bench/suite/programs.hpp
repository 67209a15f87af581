// What the rows of programs.cpp and single.cpp share: their contenders, sums by each of them, three arrays.
#pragma once

#include "peers.hpp"
#include "result.hpp"

#include <array>
#include <utility>

namespace suite {

namespace pt = parallel_task;

/// This library, told to use the calling thread alone: what sharing has to beat.
struct Alone {
  static constexpr char const* name = alone;
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    pt::indices(n).threads(1).for_each(item);
  }
};

/// The sum of `value(i)` for every i below n.
template <class Peer, class Value>
double sum(std::size_t n, Value const& value) {
  if constexpr (std::is_same_v<Peer, Ours>) {
    return pt::indices(n).map(value).sum();
  } else if constexpr (std::is_same_v<Peer, Alone>) {
    return pt::indices(n).threads(1).map(value).sum();
#if defined(BENCH_TBB)
  } else if constexpr (requires { typename Peer::Partitioner; }) {
    return tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, n), 0.0,
        [&](tbb::blocked_range<std::size_t> const& part, double total) {
          for (std::size_t i = part.begin(); i != part.end(); ++i) total += value(i);
          return total;
        },
        std::plus<>(), typename Peer::Partitioner{});
#endif
#if defined(BENCH_OPENMP)
  } else if constexpr (std::is_same_v<Peer, OmpStatic>) {
    double total = 0;
#pragma omp parallel for simd schedule(static) reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) total += value(i);
    return total;
  } else if constexpr (std::is_same_v<Peer, OmpGuided>) {
    double total = 0;
#pragma omp parallel for simd schedule(guided) reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) total += value(i);
    return total;
#endif
#if defined(BENCH_STD)
  } else if constexpr (requires { Peer::policy; }) {
    return std::transform_reduce(Peer::policy, Position(0), Position(n), 0.0, std::plus<>(), value);
#endif
  } else if constexpr (std::is_same_v<Peer, PlainLoop>) {
    double total = 0;
    for (std::size_t i = 0; i != n; ++i) total += value(i);
    return total;
  } else {  // partial sums, by whatever loop the peer has
    constexpr std::size_t parts = 64;
    std::array<double, parts> partial{};
    Peer::loop(parts, [&](std::size_t part) {
      double total = 0;
      for (std::size_t i = n * part / parts; i != n * (part + 1) / parts; ++i) total += value(i);
      partial[part] = total;
    });
    double total = 0;
    for (double const x : partial) total += x;
    return total;
  }
}

/// Who has such rows. Not OpenMP's dynamic schedule, an item a claim: nobody writes such loops with it. Without `all`
/// neither Rayon nor std::execution, which is oneTBB's: there are many rows, and each costs the compiler time.
template <class Peer, bool all>
constexpr bool takes_part() {
#if defined(BENCH_OPENMP)
  if (std::is_same_v<Peer, OmpDynamic>) return false;
#endif
#if defined(BENCH_RAYON)
  if (!all && std::is_same_v<Peer, Rayon>) return false;
#endif
  return all || !requires { Peer::policy; };
}

/// OpenMP's threads spin: see Process.
template <class Peer>
constexpr bool spins() {
#if defined(BENCH_OPENMP)
  return std::is_same_v<Peer, OmpStatic> || std::is_same_v<Peer, OmpGuided>;
#else
  return false;
#endif
}

/// A row whose contenders run `timed(body)`, where the body calls `program.template operator()<Peer>()`.
template <bool all = true, class Program, class Timed>
Row program_row(std::string name, std::function<void()> prepare, Program program, Timed timed) {
  Row row{.name = std::move(name), .unit = "run", .program = true, .prepare = std::move(prepare)};
  auto const add = [&]<class Peer>(Peer) {
    if constexpr (takes_part<Peer, all>()) {
      auto const run = timed([program] { return program.template operator()<Peer>(); });
      row.contenders.push_back({Peer::name, run, spins<Peer>() ? Process::own : Process::here});
#if defined(BENCH_OPENMP)
      if (std::is_same_v<Peer, OmpStatic>) row.contenders.push_back({"OpenMP passive", run, Process::passive});
#endif
    }
  };
  for_each_peer(true, add);
  add(Alone{});
  return row;
}

/// The same for a program that runs once; what it returns is the digest.
template <class Program>
Row program_row(std::string name, std::function<void()> prepare, Program program) {
  return program_row(std::move(name), std::move(prepare), program, [](auto body) { return once(body); });
}

inline std::vector<double> x;
inline std::vector<double> y;
inline std::vector<double> z;

inline void fill(std::size_t n) {
  Random random(9);
  for (auto* v : {&x, &y, &z}) {
    v->resize(n);
    for (double& each : *v) each = random.uniform();
  }
}

}  // namespace suite
