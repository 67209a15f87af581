// The ranks of these examples: those of mpirun where the program is built with MPI, else forked processes, as many as
// the environment's RANKS says (2). The rest of each program is the same.
#pragma once

#include <parallel_task/parallel_task.hpp>

#if defined(EXAMPLE_WITH_MPI)
#include <parallel_task/mpi.hpp>
#else
#include <parallel_task/forked.hpp>
#endif

#include <chrono>
#include <cstdlib>
#include <string>

#if defined(EXAMPLE_WITH_MPI)
using World = pt::mpi::world;  // World w(argc, argv);
#else
class World : public pt::forked::world {
 public:
  World(int&, char**&) : pt::forked::world(ranks()) {}

 private:
  static int ranks() {
    char const* const text = std::getenv("RANKS");
    return text == nullptr ? 2 : std::stoi(text);
  }
};
#endif

template <class F>
double milliseconds(F const& f) {
  auto const start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}
