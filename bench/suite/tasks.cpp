// Tasks: what a join or a spawn costs where nobody takes anything, and recursions whose shape nobody knows beforehand.
#include "peers.hpp"

#include <parallel_task/structure.hpp>

#if defined(BENCH_TBB)
#include <tbb/parallel_invoke.h>
#include <tbb/task_group.h>
#endif
#if defined(BENCH_RAYON)
extern "C" {
void rayon_join(void* a, void (*run_a)(void*), void* b, void (*run_b)(void*));
}
#endif

#include <atomic>
#include <cstdint>
#include <numeric>

namespace suite {

namespace {

namespace pt = parallel_task;

// Each calls f and g; `whole(body)` is around a whole run.
struct InPlace {
  template <class Body>
  static void whole(Body const& body) {
    body();
  }
};
struct PlainCalls : InPlace {
  static constexpr char const* name = PlainLoop::name;
  template <class F, class G>
  static void both(F const& f, G const& g) {
    f();
    g();
  }
};
struct OurJoin : InPlace {
  static constexpr char const* name = Ours::name;
  template <class F, class G>
  [[gnu::always_inline]] static void both(F const& f, G const& g) {
    pt::join(f, g);
  }
};
#if defined(BENCH_TBB)
struct TbbGroup : InPlace {
  static constexpr char const* name = "oneTBB group";
  template <class F, class G>
  static void both(F const& f, G const& g) {
    tbb::task_group group;
    group.run(g);
    f();
    group.wait();
  }
};
struct TbbInvoke : InPlace {
  static constexpr char const* name = "oneTBB invoke";
  template <class F, class G>
  static void both(F const& f, G const& g) {
    tbb::parallel_invoke(f, g);
  }
};
#endif
#if defined(BENCH_OPENMP)
struct OmpTasks {
  static constexpr char const* name = "OpenMP tasks";
  template <class F, class G>
  static void both(F const& f, G const& g) {
#pragma omp task default(shared)
    g();
    f();
#pragma omp taskwait
  }
  template <class Body>
  static void whole(Body const& body) {
#pragma omp parallel
#pragma omp single
    body();
  }
};
#endif
#if defined(BENCH_RAYON)
struct RayonJoin : InPlace {
  static constexpr char const* name = Rayon::name;
  template <class F, class G>
  static void both(F const& f, G const& g) {
    rayon_join(
        const_cast<F*>(&f), [](void* self) { (*static_cast<F const*>(self))(); },  //
        const_cast<G*>(&g), [](void* self) { (*static_cast<G const*>(self))(); });
  }
};
#endif

template <class Visit>
void for_each_joiner(Visit visit) {
  visit(PlainCalls{});
  visit(OurJoin{});
#if defined(BENCH_TBB)
  visit(TbbGroup{});
  visit(TbbInvoke{});
#endif
#if defined(BENCH_OPENMP)
  visit(OmpTasks{});
#endif
#if defined(BENCH_RAYON)
  visit(RayonJoin{});
#endif
}

[[gnu::noinline]] std::uint64_t plain_fib(unsigned n) { return n < 2 ? n : plain_fib(n - 1) + plain_fib(n - 2); }

template <class Peer>
std::uint64_t fib(unsigned n, unsigned cut) {
  if (n < cut) return plain_fib(n);
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  Peer::both([&a, n, cut] { a = fib<Peer>(n - 1, cut); }, [&b, n, cut] { b = fib<Peer>(n - 2, cut); });
  return a + b;
}

Row fibs(std::string name, unsigned n, unsigned cut) {
  Row row{.name = std::move(name), .unit = "run"};
  for_each_joiner([&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, once([n, cut] {
                                std::uint64_t result = 0;
                                Peer::whole([&] { result = fib<Peer>(n, cut); });
                                return result;
                              })});
  });
  return row;
}

std::vector<std::uint32_t> unsorted;

template <class Peer>
void quicksort(std::uint32_t* first, std::uint32_t* last) {
  if (last - first <= 1024) {
    std::sort(first, last);
    return;
  }
  std::uint32_t const a = *first;
  std::uint32_t const b = first[(last - first) / 2];
  std::uint32_t const c = last[-1];
  std::uint32_t const pivot = (std::max)((std::min)(a, b), (std::min)((std::max)(a, b), c));
  std::uint32_t* const low = std::partition(first, last, [pivot](std::uint32_t x) { return x < pivot; });
  std::uint32_t* const high = std::partition(low, last, [pivot](std::uint32_t x) { return x == pivot; });
  Peer::both([first, low] { quicksort<Peer>(first, low); }, [high, last] { quicksort<Peer>(high, last); });
}

Row quicksorts() {
  Row row{.name = "quicksort, 10^6 numbers, leaves of 1024", .unit = "run"};
  row.prepare = [] {
    unsorted.resize(1'000'000);
    Random random(5);
    for (std::uint32_t& x : unsorted) x = static_cast<std::uint32_t>(random());
  };
  row.release = [] { unsorted = {}; };
  for_each_joiner([&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [] {
                                std::vector<std::uint32_t> numbers = unsorted;
                                auto const begin = Clock::now();
                                Peer::whole([&] { quicksort<Peer>(numbers.data(), numbers.data() + numbers.size()); });
                                return Sample{nanoseconds_since(begin), static_cast<double>(numbers[500'000])};
                              }});
  });
  return row;
}

// Each runs a body that spawns tasks by what it is given; these may spawn others.
struct PlainTasks {
  static constexpr char const* name = PlainLoop::name;
  template <class F>
  void spawn(F const& f) {
    f();
  }
  template <class Body>
  static void run(Body const& body) {
    PlainTasks tasks;
    body(tasks);
  }
};
struct OurScope {
  static constexpr char const* name = Ours::name;
  template <class Body>
  static void run(Body const& body) {
    pt::scope([&](pt::Scope& tasks) { body(tasks); });
  }
};
#if defined(BENCH_TBB)
struct TbbTasks {
  static constexpr char const* name = "oneTBB group";
  tbb::task_group group;
  template <class F>
  void spawn(F const& f) {
    group.run(f);
  }
  template <class Body>
  static void run(Body const& body) {
    TbbTasks tasks;
    body(tasks);
    tasks.group.wait();
  }
};
#endif
#if defined(BENCH_OPENMP)
struct OmpSpawn {
  static constexpr char const* name = "OpenMP tasks";
  template <class F>
  void spawn(F const& f) {
#pragma omp task firstprivate(f)
    f();
  }
  template <class Body>
  static void run(Body const& body) {
    OmpSpawn tasks;
#pragma omp parallel
#pragma omp single
    body(tasks);
  }
};
#endif

template <class Visit>
void for_each_spawner(Visit visit) {
  visit(PlainTasks{});
  visit(OurScope{});
#if defined(BENCH_TBB)
  visit(std::type_identity<TbbTasks>{});
#endif
#if defined(BENCH_OPENMP)
  visit(OmpSpawn{});
#endif
}
template <class T>
struct Spawner {
  using type = T;
};
template <class T>
struct Spawner<std::type_identity<T>> {
  using type = T;
};

struct Board {
  std::uint32_t columns = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
};

std::uint32_t queens_alone(Board board, std::uint32_t all) {
  if (board.columns == all) return 1;
  std::uint32_t count = 0;
  for (std::uint32_t rest = all & ~(board.columns | board.left | board.right); rest != 0; rest &= rest - 1) {
    std::uint32_t const queen = rest & (~rest + 1);
    count += queens_alone({board.columns | queen, (board.left | queen) << 1, (board.right | queen) >> 1}, all);
  }
  return count;
}

template <class Tasks>
void queens(Tasks& tasks, Board board, std::uint32_t all, unsigned rows, std::atomic<std::uint32_t>& count) {
  if (rows == 0) {
    count.fetch_add(queens_alone(board, all), std::memory_order_relaxed);
    return;
  }
  for (std::uint32_t rest = all & ~(board.columns | board.left | board.right); rest != 0; rest &= rest - 1) {
    std::uint32_t const queen = rest & (~rest + 1);
    Board const next{board.columns | queen, (board.left | queen) << 1, (board.right | queen) >> 1};
    tasks.spawn([&tasks, &count, next, all, rows] { queens(tasks, next, all, rows - 1, count); });
  }
}

Row boards(std::string name, unsigned n, unsigned rows) {
  Row row{.name = std::move(name), .unit = "run"};
  for_each_spawner([&](auto peer) {
    using Peer = typename Spawner<decltype(peer)>::type;
    row.contenders.push_back({Peer::name, once([n, rows] {
                                std::atomic<std::uint32_t> count{0};
                                std::uint32_t const all = (std::uint32_t{1} << n) - 1;
                                Peer::run([&](auto& tasks) { queens(tasks, Board{}, all, rows, count); });
                                return count.load();
                              })});
  });
  return row;
}

std::vector<double> results;

/// `count` tasks of so many steps of work, spawned by one thread.
Row flat(std::string name, std::size_t count, double us) {
  Row row{.name = std::move(name), .unit = "run"};
  row.prepare = [count] { results.assign(count, 0); };
  row.release = [] { results = {}; };
  for_each_spawner([&](auto peer) {
    using Peer = typename Spawner<decltype(peer)>::type;
    row.contenders.push_back({Peer::name, once([count, us] {
                                auto const steps = static_cast<std::size_t>(us * steps_per_us());
                                Peer::run([&](auto& tasks) {
                                  for (std::size_t i = 0; i != count; ++i) {
                                    tasks.spawn([i, steps] { results[i] = work(steps); });
                                  }
                                });
                                return std::accumulate(results.begin(), results.end(), 0.0);
                              })});
  });
  return row;
}

}  // namespace

void add_tasks(std::vector<Row>& rows) {
  rows.push_back(fibs("fib(27), a join for each call", 27, 2));
  rows.push_back(fibs("fib(32), joins down to 12", 32, 12));
  rows.push_back(fibs("fib(36), joins down to 22", 36, 22));
  rows.push_back(quicksorts());
  rows.push_back(boards("11 queens, tasks for 3 rows", 11, 3));
  rows.push_back(boards("12 queens, tasks for 4 rows", 12, 4));
  rows.push_back(flat("100 000 tiny tasks", 100'000, 0));
  rows.push_back(flat("20 000 tasks of 1 us", 20'000, 1));
}

}  // namespace suite
