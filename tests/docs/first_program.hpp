// The program that the tutorial begins with, as it stands there; tutorial.cpp runs
// its main.
#define main first_program

// cut: first_program
#include <parallel_task/parallel_task.hpp>

#include <iostream>

bool is_prime(int n) {
  if (n < 2) return false;
  for (int i = 2; i * i <= n; ++i) {
    if (n % i == 0) return false;
  }
  return true;
}

int main() {
  pt::RunReport report;
  auto const primes = pt::indices(1'000'000).filter(is_prime).report(report).count();
  std::cout << primes << " primes\n" << report;
  return 0;
}
// end

#undef main
