// mpirun -n N random_pipelines_over_KIND [CASES [SEED]]
#include <parallel_task/mpi.hpp>

#include <cstdlib>

int run_random_pipelines(parallel_task::world& w, int argc, char** argv);

int main(int argc, char** argv) {
  parallel_task::mpi::world w(argc, argv);
  return run_random_pipelines(w, argc - 1, argv + 1) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
