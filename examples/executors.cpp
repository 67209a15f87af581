// The same call on the library's threads and on those of three hosts: oneTBB's arena, Asio's pool, threads of one's
// own.
//   g++ -std=c++20 -O2 -I include examples/executors.cpp -o executors -pthread [-ltbb]
//   executors 3000000
//
// For each it prints the number of primes below the argument, and how many threads of which kind ran items. Which hosts
// there are is found when it is compiled: EXAMPLE_TBB and EXAMPLE_ASIO are defined by CMake where they are.
#include <parallel_task/executor.hpp>
#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#if defined(EXAMPLE_TBB)
#include <tbb/task_arena.h>
#endif
#if defined(EXAMPLE_ASIO)
#include <boost/asio/thread_pool.hpp>
#endif

namespace {

bool is_prime(long n) {
  if (n < 2) return false;
  for (long i = 2; i * i <= n; ++i) {
    if (n % i == 0) return false;
  }
  return true;
}

/// Counts the primes below `n` by `count(predicate)`, and tells on whose threads that was done.
template <class Count>
bool try_out(char const* host, long n, long expected, Count const& count) {
  std::atomic<long> on_pool{0};
  long const primes = count([&](long i) {
    if (pt::current_worker() != 0) on_pool.fetch_add(1, std::memory_order_relaxed);
    return is_prime(i);
  });
  std::printf("%-12s %ld primes below %ld, %ld items on threads of the library\n", host, primes, n, on_pool.load());
  return expected < 0 || primes == expected;
}

}  // namespace

int main(int argc, char** argv) {
  long const n = argc > 1 ? std::atol(argv[1]) : 300'000;
  if (argc > 2 || n < 1) {
    std::fputs("usage: executors [n], n at least 1\n", stderr);
    return 2;
  }
  long expected = -1;
  bool same = try_out("the library", n, expected,
                      [&](auto const& prime) { return expected = static_cast<long>(pt::indices(n).count_if(prime)); });

  {
    std::vector<std::thread> threads;
    auto const start = [&](pt::HostWork work) { threads.emplace_back(work); };
    same &= try_out("std::thread", n, expected,
                    [&](auto const& prime) { return static_cast<long>(pt::indices(n).on(start).count_if(prime)); });
    for (std::thread& thread : threads) thread.join();  // a std::jthread does that by itself
  }
#if defined(EXAMPLE_TBB)
  {
    tbb::task_arena arena;
    auto const start = [&](pt::HostWork work) { arena.enqueue(work); };
    same &= try_out("oneTBB", n, expected,
                    [&](auto const& prime) { return static_cast<long>(pt::indices(n).on(start).count_if(prime)); });
  }
#endif
#if defined(EXAMPLE_ASIO)
  {
    boost::asio::thread_pool pool;
    same &= try_out("Asio", n, expected, [&](auto const& prime) {
      return static_cast<long>(pt::indices(n).on(pool.get_executor()).count_if(prime));
    });
  }
#endif
  return same ? 0 : 1;
}
