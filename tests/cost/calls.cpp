// `argv[1]` calls of an algorithm that one thread has to itself, of one item each. Two counts apart tell what a call
// costs besides its items.
#include <parallel_task/algorithm.hpp>

#include <cstdlib>

/// callgrind counts in here.
extern "C" [[gnu::noinline, gnu::used]] void counted(int* item, long calls) {
  for (; calls != 0; --calls) {
    pt::transform(pt::with(pt::threads(1)), item, item + 1, item, [](int x) { return x + 1; });
  }
}

int main(int, char** arguments) {
  int item = 0;
  long const calls = std::strtol(arguments[1], nullptr, 10);
  counted(&item, calls);
  return item == static_cast<int>(calls) ? 0 : 1;
}
