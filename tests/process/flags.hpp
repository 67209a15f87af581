// What the files of flags.sh tell each other: nothing that is inline, so that nothing of it is of the wrong file.
#pragma once

#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace flags {

struct Work {
  std::vector<double> numbers;
};

double half(double x);
double to_double(std::size_t i);
bool is_odd(double x);
void ignore(double x);

/// What each file can do, and where it finds the pool.
struct File {
  std::uint64_t (*compute)(Work const&);
  pt::buffer<double> (*fill)(std::size_t);
  pt::RunReport (*report)(Work const&);
  void (*be_stopped)(Work const&);
  void const* manager;
  void const* tables;
  void const* (*this_thread)();
  unsigned (*threads)();
};

}  // namespace flags
