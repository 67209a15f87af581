// std::chrono's clocks and durations, without <chrono>: in libstdc++ 12 that brings all of <sstream> with it, and
// <thread> brings <ostream>. Whatever waits for a time must have them; the lightest such header is another one in each
// library.
#pragma once

#include <cstddef>  // tells which library it is

#if defined(__GLIBCXX__)
#include <shared_mutex>
#else
#include <semaphore>
#endif
