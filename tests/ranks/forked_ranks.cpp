// forked_ranks N [PART]: the checks of ranks.cpp on N forked processes; PART: those whose names contain it. --late,
// --early, --throws: how rank 1 leaves (leaving.cpp).
#include <parallel_task/forked.hpp>

#include <cstdlib>
#include <exception>
#include <string>

int run_checks(parallel_task::world& w, bool may_die, char const* only);
void leave_by(parallel_task::world& w, std::string const& how);

int main(int argc, char** argv) {
  if (argc > 2 && argv[2][0] == '-') {
    try {
      parallel_task::forked::world w(std::atoi(argv[1]));
      leave_by(w, argv[2]);
      return EXIT_SUCCESS;
    } catch (std::exception const&) {
      return EXIT_FAILURE;
    }
  }
  parallel_task::forked::world w(argc > 1 ? std::atoi(argv[1]) : 2);
  return run_checks(w, true, argc > 2 ? argv[2] : nullptr) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
