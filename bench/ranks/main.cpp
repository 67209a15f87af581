// Loops on the ranks of an MPI, against the plain loop on one of them and what people write by hand: a master that
// sends one item a message, in C and with Boost.MPI, and a split into equal parts. And against what no division could
// better: parts of equal cost, by what each item has cost before.
//
//   mpicxx -std=c++20 -O2 -I include bench/ranks/main.cpp -o bench_ranks -pthread
//   PARALLEL_TASK_THREADS=1 mpirun --bind-to none -n 2 ./bench_ranks [ROUNDS [WORDS OF A LOOP'S NAME]]
//
// With -D BENCH_BOOST_MPI and -lboost_mpi -lboost_serialization also Boost.MPI, which Debian has for Open MPI alone.
//
// Efficiency is the plain loop's time divided by that of all ranks and by their number; medians of rounds in which all
// take turns. CPU is that of all ranks beyond the plain loop's. Items cost what they cost by counting, not by the
// clock.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/mpi.hpp>

#ifdef BENCH_BOOST_MPI
#include <boost/mpi.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>
#endif

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}
double cpu_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  auto const ms = [](timeval const& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(use.ru_utime) + ms(use.ru_stime);
}
double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

/// So many steps of some arithmetic, of which each needs the last.
double steps(std::uint64_t n, std::uint64_t seed) {
  std::uint64_t x = seed * 2 + 1;
  for (std::uint64_t i = 0; i != n; ++i) x = x * 6364136223846793005U + 1442695040888963407U;
  return static_cast<double>(x >> 40U);
}
double steps_in_a_microsecond() {
  double best = 0;
  for (int round = 0; round != 5; ++round) {
    auto const start = Clock::now();
    volatile double const keep = steps(2'000'000, static_cast<std::uint64_t>(round));
    static_cast<void>(keep);
    best = std::max(best, 2'000 / ms_since(start));
  }
  return best;
}
double mandelbrot_row(std::size_t y, std::size_t size) {
  double sum = 0;
  for (std::size_t x = 0; x != size; ++x) {
    double const re = 3.0 * static_cast<double>(x) / static_cast<double>(size) - 2.2;
    double const im = 3.0 * static_cast<double>(y) / static_cast<double>(size) - 1.5;
    double a = 0;
    double b = 0;
    int n = 0;
    for (; n != 500 && a * a + b * b < 4; ++n) {
      double const next = a * a - b * b + re;
      b = 2 * a * b + im;
      a = next;
    }
    sum += n;
  }
  return sum;
}

struct Work {
  char const* name;
  std::size_t items;
  std::function<double(std::size_t)> item;
};

std::vector<Work> works(double per_us) {
  auto const us = [per_us](double t) { return static_cast<std::uint64_t>(t * per_us); };
  std::vector<Work> all;
  all.push_back({"1000 jobs of 50 to 1000 us", 1000, [us](std::size_t i) {
                   std::uint64_t const r = i * 2654435761U % 1000;
                   return steps(us(i % 10 == 0 ? 500 + static_cast<double>(r) / 2 : 50 + static_cast<double>(r) * 0.45),
                                i);
                 }});
  all.push_back({"mandelbrot, 700 rows", 700, [](std::size_t i) { return mandelbrot_row(i, 700); }});
  all.push_back({"triangular, 2000 items", 2000,
                 [us](std::size_t i) { return steps(us(0.16 * static_cast<double>(i)), i); }});
  all.push_back({"the last 1 % a hundred times as dear", 2000,
                 [us](std::size_t i) { return steps(us(i < 1980 ? 60 : 6000), i); }});
  return all;
}

// --- by hand -----------------------------------------------------------------------------------------------------------

/// Each rank computes from its bound to the next one's; all have all results.
std::vector<double> split_at(pt::mpi::world& w, Work const& work, std::vector<std::size_t> const& bounds) {
  auto const rank = static_cast<std::size_t>(w.rank());
  std::vector<double> mine;
  for (std::size_t i = bounds[rank]; i != bounds[rank + 1]; ++i) mine.push_back(work.item(i));
  std::vector<int> counts;
  std::vector<int> starts;
  for (std::size_t r = 0; r + 1 != bounds.size(); ++r) {
    starts.push_back(static_cast<int>(bounds[r]));
    counts.push_back(static_cast<int>(bounds[r + 1] - bounds[r]));
  }
  std::vector<double> all(work.items);
  MPI_Allgatherv(mine.data(), static_cast<int>(mine.size()), MPI_DOUBLE, all.data(), counts.data(), starts.data(),
                 MPI_DOUBLE, w.native());
  return all;
}
std::vector<std::size_t> equal_parts(pt::mpi::world& w, std::size_t n) {
  std::vector<std::size_t> bounds;
  for (int r = 0; r != w.size(); ++r) {
    bounds.push_back(static_cast<std::size_t>(
        pt::detail::rank_share(n, static_cast<std::size_t>(r), static_cast<std::size_t>(w.size())).first));
  }
  bounds.push_back(n);
  return bounds;
}
/// By what each item takes on rank 0, the least of three times.
std::vector<std::size_t> parts_of_equal_cost(pt::mpi::world& w, Work const& work) {
  std::vector<std::size_t> bounds(1, 0);
  if (w.is_root()) {
    std::vector<double> costs(work.items, 1e9);
    double total = 0;
    for (int round = 0; round != 3; ++round) {
      for (std::size_t i = 0; i != work.items; ++i) {
        auto const start = Clock::now();
        volatile double const keep = work.item(i);
        static_cast<void>(keep);
        costs[i] = std::min(costs[i], ms_since(start));
      }
    }
    for (double const cost : costs) total += cost;
    double before = 0;
    for (std::size_t i = 0; i != work.items; ++i) {
      double const wanted = total * static_cast<double>(bounds.size()) / w.size();
      if (before + costs[i] / 2 >= wanted) bounds.push_back(i);
      before += costs[i];
    }
    bounds.resize(static_cast<std::size_t>(w.size()), work.items);
    bounds.push_back(work.items);
  }
  w.broadcast(bounds);
  return bounds;
}

/// Rank 0 hands out; it computes nothing itself.
std::vector<double> master_and_workers(pt::mpi::world& w, Work const& work) {
  struct Done {
    long item;
    double value;
  };
  constexpr int tag = 7;
  std::vector<double> all(work.items);
  MPI_Comm const comm = MPI_COMM_WORLD;
  if (w.is_root()) {
    long next = 0;
    int busy = w.size() - 1;
    while (busy != 0) {
      Done done{};
      MPI_Status status;
      MPI_Recv(&done, sizeof done, MPI_BYTE, MPI_ANY_SOURCE, tag, comm, &status);
      if (done.item >= 0) all[static_cast<std::size_t>(done.item)] = done.value;
      long const item = next < static_cast<long>(work.items) ? next++ : -1;
      if (item < 0) --busy;
      MPI_Send(&item, 1, MPI_LONG, status.MPI_SOURCE, tag, comm);
    }
  } else {
    for (Done done{-1, 0};;) {
      MPI_Send(&done, sizeof done, MPI_BYTE, 0, tag, comm);
      MPI_Recv(&done.item, 1, MPI_LONG, 0, tag, comm, MPI_STATUS_IGNORE);
      if (done.item < 0) break;
      done.value = work.item(static_cast<std::size_t>(done.item));
    }
  }
  MPI_Bcast(all.data(), static_cast<int>(all.size()), MPI_DOUBLE, 0, comm);
  return all;
}

#ifdef BENCH_BOOST_MPI
/// The same with Boost.MPI, which serialises what it sends.
std::vector<double> master_and_workers_of_boost(Work const& work) {
  namespace mpi = boost::mpi;
  constexpr int tag = 9;
  using Done = std::pair<long, double>;
  mpi::communicator const comm(MPI_COMM_WORLD, mpi::comm_attach);
  std::vector<double> all(work.items);
  if (comm.rank() == 0) {
    long next = 0;
    int busy = comm.size() - 1;
    while (busy != 0) {
      Done done;
      mpi::status const status = comm.recv(mpi::any_source, tag, done);
      if (done.first >= 0) all[static_cast<std::size_t>(done.first)] = done.second;
      long const item = next < static_cast<long>(work.items) ? next++ : -1;
      if (item < 0) --busy;
      comm.send(status.source(), tag, item);
    }
  } else {
    for (Done done{-1, 0};;) {
      comm.send(0, tag, done);
      comm.recv(0, tag, done.first);
      if (done.first < 0) break;
      done.second = work.item(static_cast<std::size_t>(done.first));
    }
  }
  mpi::broadcast(comm, all, 0);
  return all;
}
#endif

// --- measured ----------------------------------------------------------------------------------------------------------

struct Times {
  std::vector<double> wall;
  std::vector<double> cpu;  // of all ranks
};

template <class F>
std::vector<double> timed(pt::mpi::world& w, Times& times, F const& f) {
  w.barrier();
  double const before = cpu_ms();
  auto const start = Clock::now();
  std::vector<double> result = f();
  double const wall = ms_since(start);
  double const cpu = cpu_ms() - before;
  times.wall.push_back(wall);
  times.cpu.push_back(w.all_reduce(cpu, std::plus<>()));
  return result;
}

void compare(pt::mpi::world& w, Work const& work, int rounds) {
  Times plain;
  Times shared;
  Times split;
  Times known;
  Times master;
  [[maybe_unused]] Times boost_master;
  auto const equal = equal_parts(w, work.items);
  auto const of_equal_cost = parts_of_equal_cost(w, work);
  for (int round = 0; round != rounds; ++round) {
    // The plain loop runs on rank 0; the others sleep in the next barrier.
    auto const loop = timed(w, plain, [&] {
      std::vector<double> result;
      if (w.is_root()) {
        for (std::size_t i = 0; i != work.items; ++i) result.push_back(work.item(i));
      }
      return result;
    });
    auto const ours = timed(w, shared, [&] {
      return pt::indices(work.items).on(w).map(std::cref(work.item)).collect<std::vector>();
    });
    auto const even = timed(w, split, [&] { return split_at(w, work, equal); });
    auto const best = timed(w, known, [&] { return split_at(w, work, of_equal_cost); });
    auto const handed = timed(w, master, [&] { return master_and_workers(w, work); });
    bool same = ours == loop && even == loop && best == loop && handed == loop;
#ifdef BENCH_BOOST_MPI
    same = timed(w, boost_master, [&] { return master_and_workers_of_boost(work); }) == loop && same;
#endif
    if (w.is_root() && !same) {
      std::fprintf(stderr, "%s: another result\n", work.name);
      std::exit(EXIT_FAILURE);
    }
  }
  if (!w.is_root()) return;
  double const one = median(plain.wall);
  std::printf("%-38s plain %7.1f ms\n", work.name, one);
  auto const row = [&](char const* name, Times const& times) {
    double const wall = median(times.wall);
    std::printf("    %-32s %7.1f ms, efficiency %5.1f %%, CPU %+5.1f %%\n", name, wall, 100 * one / wall / w.size(),
                100 * (median(times.cpu) / median(plain.cpu) - 1));
  };
  row("pipeline.on(w)", shared);
  row("equal parts, MPI_Allgatherv", split);
  row("parts of equal cost, as known", known);
  row("master and workers, one a message", master);
#ifdef BENCH_BOOST_MPI
  row("the same with Boost.MPI", boost_master);
#endif
}

void brief_calls(pt::mpi::world& w, int rounds) {
  std::vector<double> us;
  for (int round = 0; round != 100 * rounds; ++round) {
    w.barrier();
    auto const start = Clock::now();
    static_cast<void>(pt::indices(4).on(w).map([](int i) { return 2.0 * i; }).collect<std::vector>());
    us.push_back(1e3 * ms_since(start));
  }
  if (w.is_root()) std::printf("a call over 4 items: median %.1f us\n", median(us));
}

void eighty_megabytes(pt::mpi::world& w, int rounds) {
  constexpr std::size_t n = 10'000'000;
  Times collected;
  Times sent;
  std::vector<double> bytes(n, 1.0);
  for (int round = 0; round != rounds; ++round) {
    timed(w, collected, [&] {
      static_cast<void>(pt::indices(n)
                            .on(w.at_root())
                            .map([](std::size_t i) { return static_cast<double>(i); })
                            .collect<std::vector>());
      return std::vector<double>();
    });
    // All that ranks beside rank 0 have computed, at most all.
    timed(w, sent, [&] {
      if (w.rank() == 1) MPI_Send(bytes.data(), static_cast<int>(n), MPI_DOUBLE, 0, 8, MPI_COMM_WORLD);
      if (w.is_root()) MPI_Recv(bytes.data(), static_cast<int>(n), MPI_DOUBLE, 1, 8, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      return std::vector<double>();
    });
  }
  if (w.is_root()) {
    std::printf("collecting 80 MB at rank 0: %.1f ms; MPI_Send of 80 MB to it: %.1f ms\n", median(collected.wall),
                median(sent.wall));
  }
}

}  // namespace

int main(int argc, char** argv) {
  pt::mpi::world w(argc, argv);
  int const rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  if (rounds < 1 || w.size() < 2) {
    if (w.is_root()) std::fprintf(stderr, "usage: mpirun -n RANKS bench_ranks [ROUNDS [WORDS]]    2 ranks or more\n");
    return 2;
  }
  double per_us = steps_in_a_microsecond();
  w.broadcast(per_us);
  if (w.is_root()) {
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(library, &length);
    std::string const version(library, static_cast<std::size_t>(length));
    std::printf("%s; %d ranks of %u threads, %d rounds\n", version.substr(0, version.find_first_of(",\n")).c_str(),
                w.size(), w.threads(), rounds);
  }
  std::string const words = argc > 2 ? argv[2] : "";
  for (Work const& work : works(per_us)) {
    if (std::string(work.name).find(words) != std::string::npos) compare(w, work, rounds);
  }
  if (!words.empty()) return 0;
  brief_calls(w, rounds);
  eighty_megabytes(w, rounds);
  return 0;
}
