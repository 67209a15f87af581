// The contenders: one loop over positions on each of them, as its users would write it.
#pragma once

#include "row.hpp"

#include <parallel_task/parallel_task.hpp>

#if defined(BENCH_TBB)
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/partitioner.h>
#endif
#if defined(BENCH_OPENMP)
#include <omp.h>
#endif
#if defined(BENCH_STD)
#include <execution>
#endif
#if defined(BENCH_RAYON)
extern "C" {
void rayon_for(std::size_t n, void* context, void (*body)(void*, std::size_t));
}
#endif

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <type_traits>

namespace suite {

/// An iterator over positions, for algorithms that take iterators.
class Position {
 public:
  using value_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using pointer = std::size_t const*;
  using reference = std::size_t;
  using iterator_category = std::random_access_iterator_tag;

  Position() = default;
  explicit Position(std::size_t at) : at_(at) {}
  std::size_t operator*() const { return at_; }
  std::size_t operator[](difference_type n) const { return *(*this + n); }
  Position& operator++() { return ++at_, *this; }
  Position& operator--() { return --at_, *this; }
  Position operator++(int) { return Position(at_++); }
  Position operator--(int) { return Position(at_--); }
  Position& operator+=(difference_type n) { return at_ += static_cast<std::size_t>(n), *this; }
  Position& operator-=(difference_type n) { return at_ -= static_cast<std::size_t>(n), *this; }
  friend Position operator+(Position a, difference_type n) { return a += n; }
  friend Position operator+(difference_type n, Position a) { return a += n; }
  friend Position operator-(Position a, difference_type n) { return a -= n; }
  friend difference_type operator-(Position a, Position b) { return static_cast<difference_type>(a.at_ - b.at_); }
  friend auto operator<=>(Position, Position) = default;

 private:
  std::size_t at_ = 0;
};

// Each calls `item(i)` for every i below n.
struct PlainLoop {
  static constexpr char const* name = "plain loop";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    for (std::size_t i = 0; i != n; ++i) item(i);
  }
};
struct Ours {
  static constexpr char const* name = "parallel_task";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    parallel_task::parallel_for(n, item);
  }
};
#if defined(BENCH_TBB)
struct TbbAuto {
  static constexpr char const* name = "oneTBB auto";
  using Partitioner = tbb::auto_partitioner;
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n), [&](tbb::blocked_range<std::size_t> const& part) {
      for (std::size_t i = part.begin(); i != part.end(); ++i) item(i);
    });
  }
};
struct TbbStatic {
  static constexpr char const* name = "oneTBB static";
  using Partitioner = tbb::static_partitioner;
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, n),
        [&](tbb::blocked_range<std::size_t> const& part) {
          for (std::size_t i = part.begin(); i != part.end(); ++i) item(i);
        },
        tbb::static_partitioner{});
  }
};
#endif
#if defined(BENCH_OPENMP)
struct OmpStatic {
  static constexpr char const* name = "OpenMP static";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < n; ++i) item(i);
  }
};
struct OmpDynamic {
  static constexpr char const* name = "OpenMP dynamic";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
#pragma omp parallel for schedule(dynamic)
    for (std::size_t i = 0; i < n; ++i) item(i);
  }
};
struct OmpGuided {
  static constexpr char const* name = "OpenMP guided";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
#pragma omp parallel for schedule(guided)
    for (std::size_t i = 0; i < n; ++i) item(i);
  }
};
#endif
#if defined(BENCH_STD)
struct StdPar {
  static constexpr char const* name = "std par";
  static constexpr auto const& policy = std::execution::par;
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    std::for_each(policy, Position(0), Position(n), item);
  }
};
struct StdUnseq {
  static constexpr char const* name = "std par_unseq";
  static constexpr auto const& policy = std::execution::par_unseq;
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    std::for_each(policy, Position(0), Position(n), item);
  }
};
#endif
#if defined(BENCH_RAYON)
struct Rayon {
  static constexpr char const* name = "Rayon";
  template <class Item>
  static void loop(std::size_t n, Item const& item) {
    rayon_for(n, const_cast<void*>(static_cast<void const*>(&item)),
              [](void* self, std::size_t i) { (*static_cast<Item const*>(self))(i); });
  }
};
#endif

/// Calls `visit(peer)` for the plain loop, this library, and every peer that was found; with `unsequenced` for the one
/// whose items may interleave on one thread, too (no locks, no sleeping).
template <class Visit>
void for_each_peer(bool unsequenced, Visit visit) {
  visit(PlainLoop{});
  visit(Ours{});
#if defined(BENCH_TBB)
  visit(TbbAuto{});
  visit(TbbStatic{});
#endif
#if defined(BENCH_OPENMP)
  visit(OmpStatic{});
  visit(OmpDynamic{});
  visit(OmpGuided{});
#endif
#if defined(BENCH_STD)
  visit(StdPar{});
  if (unsequenced) visit(StdUnseq{});
#endif
#if defined(BENCH_RAYON)
  visit(Rayon{});
#endif
  (void)unsequenced;
}

/// One contender a peer: `item(i)` for every i below n, then `digest()`, timed without the digest.
template <class Item, class Digest>
void add_loops(Row& row, std::size_t n, Item item, Digest digest, bool unsequenced = true) {
  row.items = n;
  row.item = item;
  for_each_peer(unsequenced, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [n, item, digest] {
                                auto const begin = Clock::now();
                                Peer::loop(n, item);
                                return Sample{nanoseconds_since(begin), digest()};
                              }});
  });
}

/// A sum over positions by each C++ peer: `value(i)` for every i below n.
template <class Value>
void add_sums(Row& row, std::size_t n, Value value) {
  row.contenders.push_back({PlainLoop::name, once([n, value] {
                              double sum = 0;
                              for (std::size_t i = 0; i != n; ++i) sum += value(i);
                              return sum;
                            })});
#if defined(BENCH_TBB)
  auto const part_of = [value](tbb::blocked_range<std::size_t> const& part, double sum) {
    for (std::size_t i = part.begin(); i != part.end(); ++i) sum += value(i);
    return sum;
  };
  row.contenders.push_back({TbbAuto::name, once([n, part_of] {
                              return tbb::parallel_reduce(tbb::blocked_range<std::size_t>(0, n), 0.0, part_of,
                                                          std::plus<>());
                            })});
  row.contenders.push_back({TbbStatic::name, once([n, part_of] {
                              return tbb::parallel_reduce(tbb::blocked_range<std::size_t>(0, n), 0.0, part_of,
                                                          std::plus<>(), tbb::static_partitioner{});
                            })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({OmpStatic::name, once([n, value] {
                              double sum = 0;
#pragma omp parallel for simd schedule(static) reduction(+ : sum)
                              for (std::size_t i = 0; i < n; ++i) sum += value(i);
                              return sum;
                            })});
  row.contenders.push_back({OmpGuided::name, once([n, value] {
                              double sum = 0;
#pragma omp parallel for simd schedule(guided) reduction(+ : sum)
                              for (std::size_t i = 0; i < n; ++i) sum += value(i);
                              return sum;
                            })});
#endif
#if defined(BENCH_STD)
  row.contenders.push_back({StdPar::name, once([n, value] {
                              return std::transform_reduce(StdPar::policy, Position(0), Position(n), 0.0, std::plus<>(),
                                                           value);
                            })});
  row.contenders.push_back({StdUnseq::name, once([n, value] {
                              return std::transform_reduce(StdUnseq::policy, Position(0), Position(n), 0.0,
                                                           std::plus<>(), value);
                            })});
#endif
}

/// This library second, behind the plain loop, whatever was added before.
template <class Body>
void add_ours(Row& row, Body body) {
  row.contenders.insert(row.contenders.begin() + 1, {Ours::name, once(body)});
}

}  // namespace suite
