// mpirun -n N mpi_ranks [PART]: the checks of ranks.cpp over MPI; PART: those whose names contain it.
#include <parallel_task/mpi.hpp>

#include <cstdlib>

int run_checks(parallel_task::world& w, bool may_die, char const* only);

int main(int argc, char** argv) {
  parallel_task::mpi::world w(argc, argv);
  return run_checks(w, false, argc > 1 ? argv[1] : nullptr) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
