// What one worker keeps of a run: the state of the stages, destroyed when no more blocks come, and an accumulator.
#pragma once

#include <parallel_task/core/maybe.hpp>
#include <parallel_task/platform/owner.hpp>

#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An accumulator of up to this many bytes is copied into a local variable for each block. A larger one would not fit
/// into registers, and a block may be a single item. Instructions of a reduction of arrays, with the copy relative to
/// without: 0.7 for blocks of 64 items and 1.1 for single items at 144 bytes; 1.2 and 1.5 at 264 bytes.
inline constexpr std::size_t most_in_registers = 192;

template <class A>
inline constexpr bool fits_registers =
    std::is_trivially_copyable_v<A> && std::is_copy_assignable_v<A> && sizeof(A) <= most_in_registers;

/// A copy of an accumulator for one block, so that it is kept in registers. Written back also when a closure throws.
template <class A>
class Registers {
 public:
  explicit Registers(A& home) noexcept : local(home), home_(home) {}
  Registers(Registers const&) = delete;
  Registers& operator=(Registers const&) = delete;
  ~Registers() { home_ = local; }
  A local;

 private:
  A& home_;
};

/// A state that is destroyed before the segment that contains it (see Run::retire).
template <class State>
class EarlyState {
 public:
  template <class Open>
  explicit EarlyState(Open const& open) : state_(open()) {}
  EarlyState(EarlyState const&) = delete;
  EarlyState& operator=(EarlyState const&) = delete;
  ~EarlyState() { end(); }

  [[nodiscard]] bool is_there() const noexcept { return is_there_; }
  [[nodiscard]] State& operator*() noexcept { return state_; }
  void end() noexcept {
    if (!is_there_) return;
    is_there_ = false;
    state_.~State();
  }
  bool more = true;  ///< what its stages returned when they were flushed

 private:
  union {
    State state_;
  };
  bool is_there_ = true;
};

/// A state that costs nothing to keep, so that it ends with its segment.
template <class State>
class PlainState {
 public:
  template <class Open>
  PARALLEL_TASK_ALWAYS_INLINE explicit PlainState(Open const& open) : state_(open()) {}
  [[nodiscard]] State& operator*() noexcept { return state_; }

 private:
  State state_;  // not [[no_unique_address]]: it is constructed in place, since it may not be movable
};

template <class State, class Accumulator, bool ends_early>
struct Segment {
  std::conditional_t<ends_early, EarlyState<State>, PlainState<State>> state;
  Accumulator accumulator;
};

/// The caller's first segment. It is in the caller's frame, since the allocation alone would cost 50 ns; a large one is
/// on the heap after all.
template <class Segment, bool large = (sizeof(Segment) > most_in_frame)>
class Home {
 public:
  template <class Make>
  explicit Home(Make const& make) : segment_(make()) {}
  [[nodiscard]] Segment& operator*() noexcept { return segment_; }

 private:
  Segment segment_;
};
template <class Segment>
class Home<Segment, true> {
 public:
  template <class Make>
  explicit Home(Make const& make) : segment_(new Segment(make())) {}
  [[nodiscard]] Segment& operator*() noexcept { return *segment_; }

 private:
  Owner<Segment> segment_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
