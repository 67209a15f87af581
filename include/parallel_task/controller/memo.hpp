// What a pipeline remembers of its last runs.
#pragma once

#include <parallel_task/platform/atomic.hpp>

namespace parallel_task {
inline namespace v0_1 {

/// The cost per item that a pipeline at one place has shown, in clock ticks; 0: not run yet.
/// Shared by all threads; relaxed, since any recent value will do.
struct Memo {
  detail::atomic<float> cost{0.0F};
};

}  // namespace v0_1
}  // namespace parallel_task
