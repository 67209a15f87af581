// Invariants, checked unless NDEBUG is defined; no check is on the path of an item.
#pragma once

#include <cassert>

#define PARALLEL_TASK_INVARIANT(condition, sentence) assert((condition) && (sentence))
