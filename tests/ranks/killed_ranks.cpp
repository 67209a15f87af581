// killed_ranks ROUNDS [SEED]: in each round three forked ranks run loops, and one of them is killed at some time, also
// while it sends. Rank 0 has the right results, and a loop after that works.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/forked.hpp>

#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace pt = parallel_task;

namespace {

std::string text(std::size_t i) {
  if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
  return std::string(i % 500, static_cast<char>('a' + i % 26));
}

/// Of this process and those that it forks; whether all is right here.
bool one_round(unsigned seed) {
  std::mt19937 random(seed);
  pt::forked::world w(3);
  int const whom = 1 + static_cast<int>(random() % 2);
  auto const when = std::chrono::microseconds(random() % 12'000);
  std::thread killer;
  if (w.is_root()) {
    killer = std::thread([&] {
      std::this_thread::sleep_for(when);
      ::kill(w.pid_of(whom), SIGKILL);
    });
  }
  bool right = true;
  constexpr std::size_t n = 1000;
  auto const texts = pt::indices(n).on(w).map(text).collect<std::vector>();
  right = right && texts.size() == n;
  for (std::size_t i = 0; right && i != n; ++i) right = texts[i].size() == i % 500;
  std::size_t next = 0;
  pt::indices(n).on(w).map(text).for_each_ordered(
      [&](std::string const& each) {
        right = right && each.size() == next % 500;
        ++next;
      },
      100);
  right = right && next == (w.is_root() ? n : 0);
  if (killer.joinable()) killer.join();
  return right && pt::indices(n).on(w).sum() == n * (n - 1) / 2;
}

}  // namespace

int main(int argc, char** argv) {
  int const rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  unsigned const first = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;
  int wrong = 0;
  for (unsigned seed = first; seed != first + static_cast<unsigned>(rounds); ++seed) {
    // A process of its own: a world is made before there are threads.
    ::pid_t const child = ::fork();
    if (child == 0) {
      bool right = false;
      try {
        right = one_round(seed);
      } catch (std::exception const& error) {
        std::fprintf(stderr, "seed %u: %s\n", seed, error.what());
      }
      std::_Exit(right ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      std::fprintf(stderr, "killed_ranks 1 %u: wrong\n", seed);
      ++wrong;
    }
  }
  return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
