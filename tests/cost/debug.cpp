// Loops of a build without optimisation, to count the instructions of each: as written by hand, and as pipelines.
//
// Run with PARALLEL_TASK_THREADS=1: what is compared is the code for one thread.
#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <cstdio>
#include <vector>

namespace {

constexpr std::size_t count = 20'000;
std::vector<double> values(count, 2.0);

struct Scale {
  void operator()(std::size_t i) const { values[i] = 0.5 * static_cast<double>(i); }
};
struct Add {
  void operator()(double& x) const { x += 1.0; }
};
struct Square {
  double operator()(double x) const { return x * x; }
};
struct Large {
  bool operator()(double x) const { return x > 0.5; }
};

/// A closure called with each number, which is the least that any library can do.
template <class F>
double numbers_by_hand(F const& f) {
  for (std::size_t i = 0; i < count; ++i) f(i);
  return values[count - 1];
}
double numbers_by_library() {
  parallel_task::parallel_for(count, Scale{});
  return values[count - 1];
}
template <class F>
double items_by_hand(F const& f) {
  double* const data = values.data();
  for (std::size_t i = 0; i < count; ++i) f(data[i]);
  return values[count - 1];
}
double items_by_library() {
  parallel_task::parallel_iter(values).for_each(Add{});
  return values[count - 1];
}
double chain_by_hand() {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    double const y = Square{}(values[i]);
    if (Large{}(y)) sum += y;
  }
  return sum;
}
double chain_by_library() { return parallel_task::parallel_iter(values).map(Square{}).filter(Large{}).sum(); }

}  // namespace

/// What callgrind counts.
extern "C" __attribute__((noinline)) double measured(int loop) {
  switch (loop) {
    case 0:
      return numbers_by_hand(Scale{});
    case 1:
      return numbers_by_library();
    case 2:
      return items_by_hand(Add{});
    case 3:
      return items_by_library();
    case 4:
      return chain_by_hand();
    default:
      return chain_by_library();
  }
}

int main() {
  double sum = 0;
  for (int loop = 0; loop != 6; ++loop) sum += measured(loop);
  std::printf("%g\n", sum);
}
