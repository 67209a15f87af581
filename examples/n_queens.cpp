// In how many ways do N queens stand on a board without attacking each other? Tasks that spawn tasks.
//
//   c++ -std=c++20 -O2 -I include examples/n_queens.cpp -o n_queens -pthread
//   ./n_queens 12 4        N queens; a task for each board with up to ROWS queens
//
// What to look at: a task of a `scope` spawns others and ends; none waits for another, so the recursion takes no stack.
// Each thread counts for itself (`per_thread`), and the counts are put together in the end. The number is compared with
// that of the plain recursion.
#include <parallel_task/structure.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>

namespace {

/// A board up to a row: a bit for each column, and for each diagonal at that row, that is attacked.
struct Board {
  std::uint32_t columns = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;

  std::uint32_t free(std::uint32_t all) const { return all & ~(columns | left | right); }
  Board with(std::uint32_t queen) const { return {columns | queen, (left | queen) << 1, (right | queen) >> 1}; }
};

std::uint64_t count_alone(Board board, std::uint32_t all) {
  if (board.columns == all) return 1;
  std::uint64_t count = 0;
  for (std::uint32_t rest = board.free(all); rest != 0; rest &= rest - 1) {
    count += count_alone(board.with(rest & (~rest + 1)), all);
  }
  return count;
}

struct Search {
  pt::Scope& tasks;
  pt::per_thread<std::uint64_t>& counts;
  std::uint32_t all;

  void operator()(Board board, int rows) const {
    if (rows == 0 || board.columns == all) {
      counts.local() += count_alone(board, all);
      return;
    }
    for (std::uint32_t rest = board.free(all); rest != 0; rest &= rest - 1) {
      Board const next = board.with(rest & (~rest + 1));
      tasks.spawn([search = *this, next, rows] { search(next, rows - 1); });  // a copy: this call ends before the task
    }
  }
};

}  // namespace

int main(int argc, char* argv[]) {
  int const queens = argc > 1 ? std::atoi(argv[1]) : 12;
  int const rows = argc > 2 ? std::atoi(argv[2]) : 4;
  if (argc > 3 || queens < 1 || queens > 20 || rows < 0) {
    std::cerr << "usage: n_queens [N [ROWS]], N from 1 to 20\n";
    return 2;
  }
  std::uint32_t const all = (std::uint32_t{1} << queens) - 1;
  auto const begin = std::chrono::steady_clock::now();
  pt::per_thread<std::uint64_t> counts;
  counts.local() = 0;
  pt::scope([&](pt::Scope& tasks) { Search{tasks, counts, all}(Board{}, rows); });
  std::uint64_t const count = *counts.combine(std::plus<>());
  auto const middle = std::chrono::steady_clock::now();
  std::uint64_t const alone = count_alone(Board{}, all);
  auto const end = std::chrono::steady_clock::now();
  using Milliseconds = std::chrono::duration<double, std::milli>;
  std::cout << count << '\n';
  std::cerr << Milliseconds(end - middle).count() << " ms alone, " << Milliseconds(middle - begin).count()
            << " ms as tasks on " << counts.size() << " threads\n";
  if (count == alone) return 0;
  std::cerr << "n_queens: the plain recursion counts " << alone << '\n';
  return 1;
}
