// The tests of the terminals, on a controller that runs blocks in random order.
#define PARALLEL_TASK_SEAM "explore/shuffled_controller.hpp"
#include "../terminal/min_max.cpp"  // first: it has a nan of its own, and others bring the system's
#include "../terminal/any.cpp"
#include "../terminal/count.cpp"
#include "../terminal/find.cpp"
#include "../terminal/for_each.cpp"
#include "../terminal/partition.cpp"
#include "../terminal/reduce.cpp"
#include "../terminal/sum.cpp"
#include "../terminal/try_for_each.cpp"
