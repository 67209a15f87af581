// From a source and a terminal to a Job, and from its segments to the result.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/core/concepts.hpp>

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// Tests that explore schedules bring their own (see platform/atomic.hpp).
#if !defined(PARALLEL_TASK_SEAM_CONTROLLER)
using Controller = WorkerController;
#endif

/// What a pipeline and terminal type remembers of its runs.
template <class Tag>
inline constinit Memo memo{};

/// A copy of an accumulator for one block, so that it lives in registers; written back also when a closure throws.
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

template <class A>
concept unordered_accumulator = requires { requires A::unordered; };

template <class T>
consteval Cut cut_of() {
  if constexpr (requires { T::cut; }) {
    return T::cut;
  } else {
    return Cut::everything;
  }
}

inline void close_trivially(void*) noexcept {}

/// One run, as the controller sees it. Static members of one template, not lambdas: symbols halve.
template <class S, class T>
struct Run {
  using State = typename S::State;
  using Accumulator = std::remove_cvref_t<decltype(std::declval<T const&>().open(std::declval<S const&>()))>;
  struct Segment {
    State state;  // not [[no_unique_address]]: it is made in place, and may be such as can't be moved
    Accumulator accumulator;
  };
  static constexpr Cut cut = S::cut == Cut::later ? Cut::later : detail::cut_of<T>();
  // What lies behind an ordered cut must be in segments of its own, to be left out.
  static constexpr bool ordered = !unordered_accumulator<Accumulator> || S::whole_segments || cut == Cut::later;

  // Such a cut is looked for from the front: from all positions at once, half of the threads would look behind it.
  static constexpr bool in_windows = cut == Cut::later && !S::pulls;

  struct Nothing {};

  S& source;
  T& end;
  Segment home;  // in the caller's frame: on the heap the first segment alone costs 50 ns
  [[no_unique_address]] std::conditional_t<S::pulls, std::exception_ptr, Nothing> failure{};
  [[no_unique_address]] std::conditional_t<in_windows, Pulled, Nothing> dealt{};

  static Pulled pull(void* self, std::size_t want) {
    // What a source gave before it threw comes before the exception: that is for whoever asks again.
    Run& run = *static_cast<Run*>(self);
    std::size_t const before = run.source.known().positions;
    Pulled now{before, false};
    if (!run.failure) {
      guarded([&] { now = run.source.pull(want); },
              [&](std::exception_ptr error) {
                now = {run.source.known().positions, false};
                run.failure = std::move(error);
              });
    }
#if defined(__cpp_exceptions)
    if (run.failure && now.positions == before) std::rethrow_exception(run.failure);
#endif
    return now;
  }
  static Pulled share(void* self, void* segment, std::size_t ran) {
    return static_cast<Run*>(self)->source.share(static_cast<Segment*>(segment)->state, ran);
  }
  static Pulled deal(void* self, std::size_t want) {
    Run& run = *static_cast<Run*>(self);
    std::size_t const left = run.source.known().positions - run.dealt.positions;
    return run.dealt = {run.dealt.positions + (want < left ? want : left), want >= left};
  }
  static Pulled begin_dealing(void* self, void*, std::size_t ran) {
    Run& run = *static_cast<Run*>(self);
    return run.dealt = {ran, ran == run.source.known().positions};
  }
  static void open(void* self, void* where) {
    Run const& run = *static_cast<Run*>(self);
    ::new (where) Segment{run.source.open(), std::as_const(run.end).open(std::as_const(run.source))};
  }
  static bool run(void* self, void* where, Block block) {
    S const& s = static_cast<Run*>(self)->source;
    Segment& segment = *static_cast<Segment*>(where);
    if constexpr (requires { segment.accumulator.seek(block.first); }) segment.accumulator.seek(block.first);
    if constexpr (std::is_trivially_copyable_v<Accumulator> && std::is_copy_assignable_v<Accumulator>) {
      Registers<Accumulator> registers(segment.accumulator);
      return s.feed(segment.state, block, registers.local);
    } else {
      return s.feed(segment.state, block, segment.accumulator);
    }
  }
  static void close(void* where) noexcept { static_cast<Segment*>(where)->~Segment(); }
  /// Joins a segment with those before it, in `home`; false when a closing stage says that nothing later is wanted.
  static bool join(void* self, void* where) {
    Run& run = *static_cast<Run*>(self);
    Segment& segment = *static_cast<Segment*>(where);
    bool more = true;
    if constexpr (S::whole_segments) more = run.source.close(segment.state, segment.accumulator);
    if (&segment != &run.home) run.home.accumulator.join(std::move(segment.accumulator));
    return more;
  }

  Job job() {
    Job j;
    j.self = this;
    j.bytes = sizeof(Segment);
    j.alignment = alignof(Segment);
    if constexpr (S::pulls) {
      j.pull = &Run::pull;
      j.share = &Run::share;
    } else if constexpr (in_windows) {
      j.pull = &Run::deal;
      j.share = &Run::begin_dealing;
      j.in_windows = true;
    }
    if constexpr (S::pulls) j.may_pause = source.total() == unknown;
    j.open = &Run::open;
    j.run = &Run::run;
    if constexpr (std::is_trivially_destructible_v<Segment>) {
      j.close = &detail::close_trivially;
    } else {
      j.close = &Run::close;
    }
    j.known = source.known();
    j.cut = cut;
    j.ordered = ordered;
    if constexpr (requires { S::least_cost; }) {
      j.least_cost = S::least_cost;
    } else if constexpr (S::pulls) {
      // A range that is walked and knows its size: see Walked. To share it, its nodes are visited twice, the second
      // time in a core whose cache they are not in.
      if (j.known.ended) j.least_cost = 20;
    }
    return j;
  }
};

/// What is the same for every pipeline, compiled once: runs a job and joins its segments in order of position, `home`
/// first.
[[gnu::noinline]] inline void run_and_join(Job const& job, void* home, Memo& memo, Settings const& settings,
                                           bool (*join)(void* self, void* where)) {
  Controller controller(settings);
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  controller.run(job, home, memo);
#else
  controller.run_inline(job, home, memo);
#endif
  bool more = true;
  controller.for_each_segment([&](void* where) { more = more && join(job.self, where); });
}

/// Runs a pipeline to its end on the calling thread and whoever helps. Not inline: its callers are templates too, and
/// each would be optimised with all of it inside.
template <source S, class T>
[[gnu::noinline]] decltype(auto) run_terminal(S& source, T& end, Settings const& settings = {}) {
  using R = Run<S, T>;
  source.start();
  if constexpr (requires { end.prepare(source, settings); }) {
    end.prepare(source, settings);
  } else if constexpr (requires { end.prepare(source); }) {
    end.prepare(source);
  }
  R run{source, end, {std::as_const(source).open(), std::as_const(end).open(std::as_const(source))}};
  detail::run_and_join(run.job(), &run.home, memo<R>, settings, &R::join);
  return end.finish(std::move(run.home.accumulator));
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
