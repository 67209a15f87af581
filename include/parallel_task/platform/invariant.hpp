// What must hold, checked where NDEBUG is not defined; none of it lies in the path of an item.
#pragma once

#include <cassert>

#define PARALLEL_TASK_INVARIANT(condition, sentence) assert((condition) && (sentence))
