// forked_ranks N [PART]: the checks of ranks.cpp on N forked processes; PART: those whose names contain it.
#include <parallel_task/forked.hpp>

#include <cstdlib>

int run_checks(parallel_task::world& w, bool may_die, char const* only);

int main(int argc, char** argv) {
  parallel_task::forked::world w(argc > 1 ? std::atoi(argv[1]) : 2);
  return run_checks(w, true, argc > 2 ? argv[2] : nullptr) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
