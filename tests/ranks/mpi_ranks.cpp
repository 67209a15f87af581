// mpirun -n N mpi_ranks [PART]: the checks of ranks.cpp over MPI; PART: those whose names contain it.
#include <parallel_task/mpi.hpp>

#include <cstdlib>

int run_checks(parallel_task::world& w, bool may_die, char const* only);

int main(int argc, char** argv) {
  parallel_task::mpi::world w(argc, argv);
  int failures = run_checks(w, false, argc > 1 ? argv[1] : nullptr);
  if (argc == 1) {  // a world of a part of the ranks, which leaves MPI as it is
    MPI_Comm part = MPI_COMM_NULL;
    MPI_Comm_split(w.native(), w.rank() % 2, w.rank(), &part);
    {
      parallel_task::mpi::world halves(part);
      if (halves.all_reduce(1, [](int a, int b) { return a + b; }) != halves.size()) ++failures;
    }
    MPI_Comm_free(&part);
    w.barrier();
  }
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
