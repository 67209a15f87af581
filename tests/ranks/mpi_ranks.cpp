// mpirun -n N mpi_ranks [PART]: the checks of ranks.cpp over MPI; PART: those whose names contain it. --late, --early,
// --throws: how rank 1 leaves (leaving.cpp).
#include <parallel_task/mpi.hpp>

#include <cstdlib>
#include <exception>
#include <string>

int run_checks(parallel_task::world& w, bool may_die, char const* only);
void leave_by(parallel_task::world& w, std::string const& how);

int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] == '-') {
    try {
      parallel_task::mpi::world w(argc, argv);
      leave_by(w, argv[1]);
      return EXIT_SUCCESS;
    } catch (std::exception const&) {
      return EXIT_FAILURE;
    }
  }
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
