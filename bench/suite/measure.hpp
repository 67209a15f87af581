// Measures a row.
#pragma once

#include "elsewhere.hpp"
#include "machine.hpp"
#include "result.hpp"
#include "row.hpp"

namespace suite {

/// The row of that number, so many rounds, beside others. With `few`, only by the contenders that a program is judged
/// by: the plain loop, this library, it with one thread, OpenMP's static schedule, spinning and passive, and oneTBB's
/// auto partitioner.
Result measure(std::size_t number, int rounds, Others const& others, Elsewhere& elsewhere, bool few);

}  // namespace suite
