// std::chrono's clocks and durations without <chrono>, which includes <sstream> in libstdc++ 12, as <thread> includes
// <ostream>. Every header with timed waits provides them; which one is the cheapest depends on the standard library.
// That part of libstdc++ which they all have it from needs no mutexes, and so no strings.
#pragma once

#include <cstddef>  // tells which library it is

#if defined(__GLIBCXX__) && __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#elif defined(__GLIBCXX__)
#include <shared_mutex>
#elif defined(__wasi__)
#include <chrono>
#else
#include <semaphore>
#endif
