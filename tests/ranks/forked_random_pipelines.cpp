// random_pipelines_on_ranks N [CASES [SEED]]: on N forked ranks.
#include <parallel_task/forked.hpp>

#include <cstdlib>

int run_random_pipelines(parallel_task::world& w, int argc, char** argv);

int main(int argc, char** argv) {
  parallel_task::forked::world w(argc > 1 ? std::atoi(argv[1]) : 3);
  int const taken = argc > 1 ? 2 : 1;
  return run_random_pipelines(w, argc - taken, argv + taken) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
