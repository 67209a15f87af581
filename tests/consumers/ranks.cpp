// A program of ranks that somebody else has written, built against what was installed.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/mpi.hpp>

#include <cstdlib>

int main(int argc, char** argv) {
  pt::mpi::world w(argc, argv);
  return pt::indices(1000).on(w).sum() == 999 * 500 ? EXIT_SUCCESS : EXIT_FAILURE;
}
