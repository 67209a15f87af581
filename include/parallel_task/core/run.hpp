// From a source and a terminal to a Job, and from its segments to the result.
#pragma once

#include <parallel_task/controller/engine.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/segment.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/invariant.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/worker/process.hpp>

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a pipeline and terminal type remembers of its runs.
template <class Tag>
inline constinit KeptMemo memo{};

template <class A>
concept unordered_accumulator = requires { requires A::unordered; };

/// An accumulator that mostly has gathered nothing by the end of its segment.
template <class A>
concept may_be_void = requires(A const& a) { a.is_void(); };

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
  /// What the stages keep may be expensive, and would wait for the end of the run with the accumulator to no purpose.
  static constexpr bool ends_early = S::whole_segments || !std::is_trivially_destructible_v<State>;
  using Segment = detail::Segment<State, Accumulator, ends_early>;
  static constexpr Cut cut = S::cut == Cut::later ? Cut::later : detail::cut_of<T>();
  // What lies after an ordered cut must be in segments of its own, to be left out.
  static constexpr bool ordered = !unordered_accumulator<Accumulator> || S::whole_segments || cut == Cut::later;

  // Such a cut is looked for from the front: from all positions at once, half of the threads would look beyond it.
  static constexpr bool in_windows = cut == Cut::later && !S::pulls;

  struct Nothing {};

  S& source;
  T& end;
  Home<Segment> home;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<S::pulls, std::exception_ptr, Nothing> failure{};
  PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<in_windows, Known, Nothing> dealt{};

  static Known pull(void* self, std::size_t want) {
    // What a source gave before it threw comes before the exception: that is for whoever asks again.
    Run& run = *static_cast<Run*>(self);
    std::size_t const before = run.source.known().positions;
    Known now{before, false};
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
  static Known begin_sharing(void* self, void* segment, std::size_t ran) {
    Run& run = *static_cast<Run*>(self);
    Known now = run.source.begin_sharing(*static_cast<Segment*>(segment)->state, ran);
    // Told here, where the name of this function tells the stages: see share in core/concepts.hpp.
    PARALLEL_TASK_INVARIANT(now.positions >= ran, "a source knows all positions that have run");
    if (run.failure) now.ended = false;  // somebody has to ask again, or what was thrown is lost
    return now;
  }
  static Known deal(void* self, std::size_t want) {
    Run& run = *static_cast<Run*>(self);
    std::size_t const left = run.source.known().positions - run.dealt.positions;
    return run.dealt = {run.dealt.positions + (want < left ? want : left), want >= left};
  }
  static Known begin_dealing(void* self, void*, std::size_t ran) {
    Run& run = *static_cast<Run*>(self);
    return run.dealt = {ran, ran == run.source.known().positions};
  }
  [[nodiscard]] static Segment opened(S const& source, T const& end) {
    return Segment{decltype(Segment::state)([&source] { return source.open(); }), end.open(source)};
  }
  static std::size_t walk(void* self, std::size_t n)
    requires walkable<S>
  {
    Run& run = *static_cast<Run*>(self);
    return run.source.walk(*(*run.home).state, n);
  }
  static std::size_t walk_on(void* self, void* where, std::size_t n, bool& more)
    requires joins_walk<S>
  {
    Run& run = *static_cast<Run*>(self);
    Segment& segment = *static_cast<Segment*>(where);
    std::size_t const count = run.source.join_walk(*segment.state, n);
    if (count == 0) return 0;
    std::size_t const first = run.source.known().positions;
    more = feed(run.source, segment, {first, first + count});
    if (!more) return count;
    run.source.leave_walk(*segment.state);
    return run.source.known().positions - first;
  }
  static void open(void* self, void* where) {
    Run const& run = *static_cast<Run*>(self);
    ::new (where) Segment(opened(run.source, run.end));
  }
  static bool run(void* self, void* where, Block block) {
    S const& s = static_cast<Run*>(self)->source;
    Segment& segment = *static_cast<Segment*>(where);
    bool const more = feed(s, segment, block);
    if constexpr (releasing<S>) {
      if (more) s.release(block);
    }
    return more;
  }
  PARALLEL_TASK_ALWAYS_INLINE static bool feed(S const& s, Segment& segment, Block block) {
    if constexpr (requires { segment.accumulator.seek(block.first); }) segment.accumulator.seek(block.first);
    if constexpr (requires { segment.accumulator.for_block(); }) {
      auto sink = segment.accumulator.for_block();
      bool const more = s.feed(*segment.state, block, sink);
      if constexpr (requires { sink.end_block(); }) sink.end_block();
      return more;
    } else if constexpr (fits_registers<Accumulator>) {
      Registers<Accumulator> registers(segment.accumulator);
      return s.feed(*segment.state, block, registers.local);
    } else {
      return s.feed(*segment.state, block, segment.accumulator);
    }
  }
  static bool retire(void* self, void* where, [[maybe_unused]] bool whole)
    requires ends_early
  {
    auto& state = static_cast<Segment*>(where)->state;
    if (!state.is_there()) return state.more;
    struct End {
      decltype(state) ends;
      ~End() { ends.end(); }
    } const at_last{state};  // also when a stage throws
    if constexpr (S::whole_segments) {
      if (whole) state.more = static_cast<Run*>(self)->source.close(*state, static_cast<Segment*>(where)->accumulator);
    }
    return state.more;
  }
  static bool is_void(void* where) noexcept
    requires may_be_void<Accumulator>
  {
    Segment const& segment = *static_cast<Segment*>(where);
    return segment.state.more && segment.accumulator.is_void();
  }
  static void close(void* where) noexcept { static_cast<Segment*>(where)->~Segment(); }
  /// Joins a segment with those before it, in `home`; false when a closing stage says that nothing later is wanted.
  static bool join(void* self, void* where) {
    Run& run = *static_cast<Run*>(self);
    Segment& segment = *static_cast<Segment*>(where);
    bool more = true;
    if constexpr (ends_early) more = retire(self, where, true);
    if (&segment != &*run.home) (*run.home).accumulator.join(std::move(segment.accumulator));
    return more;
  }

  Job job() {
    Job j;
    j.self = this;
    j.bytes = sizeof(Segment);
    j.alignment = alignof(Segment);
    if constexpr (S::pulls) {
      j.pull = &Run::pull;
      j.begin_sharing = &Run::begin_sharing;
    } else if constexpr (in_windows) {
      j.pull = &Run::deal;
      j.begin_sharing = &Run::begin_dealing;
      j.in_windows = true;
    }
    if constexpr (S::pulls) j.may_pause = source.total() == unknown;
    if constexpr (maybe_open_ended<S>) j.open_ended = source.is_open_ended();
    if constexpr (walkable<S>) j.walk = &Run::walk;
    if constexpr (joins_walk<S>) j.walk_on = &Run::walk_on;
    j.open = &Run::open;
    j.run = &Run::run;
    if constexpr (ends_early) j.retire = &Run::retire;
    if constexpr (ends_early && may_be_void<Accumulator>) j.is_void = &Run::is_void;
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
      // A range that is walked alone, see Walked. To share it, its nodes are visited twice, the second time in a core
      // whose cache they are not in, or each of its iterators is written down and read there.
      if (j.known.ended || j.open_ended) j.least_cost = walkable<S> ? Costs::most_walked : 20;
    }
    return j;
  }
};

/// Whether a run is the calling thread's alone, from what it was told or by the budget of all, and may not be stopped.
/// What else may leave it alone (one core, a guard) the engine knows.
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE inline bool is_a_loop(Settings const& settings) noexcept {
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  return static_cast<void>(settings), false;  // tests have their own way to run all there is
#else
  return (settings.max_threads == 1 || detail::most_computing() == 1) && settings.observation == nullptr &&
         settings.stop_requested == nullptr && settings.deadline == 0;
#endif
}

/// Runs a job and joins what comes of it: all at once, with nothing before or between, where the engine would come to
/// that.
PARALLEL_TASK_NOINLINE inline void run_job(Job const& job, void* home, Memo& memo, Settings const& settings,
                                           bool (*join)(void* self, void* where)) {
  bool const is_all_known = job.known.ended && (job.pull == nullptr || job.in_windows);
  if (!is_all_known || !detail::is_a_loop(settings)) return detail::run_and_join(job, home, memo, settings, join);
  if (job.known.positions != 0) static_cast<void>(job.run_block(home, {0, job.known.positions}));
  static_cast<void>(join(job.self, home));
}

/// Runs a pipeline to its end on the calling thread and whoever helps. Not inline: its callers are templates too, and
/// each would be optimised with all of it inside.
template <source S, class T>
PARALLEL_TASK_NOINLINE decltype(auto) run_terminal(S& source, T& end, Settings const& settings = {}) {
  using R = Run<S, T>;
  if constexpr (reorderable<S> && !R::ordered) source.in_any_order();
  source.start();
  if constexpr (requires { end.prepare(source, settings); }) {
    end.prepare(source, settings);
  } else if constexpr (requires { end.prepare(source); }) {
    end.prepare(source);
  }
  if constexpr (S::pulls) {
    // Known here only, and wanted by few: so it is no part of every job.
    if (settings.observation != nullptr && settings.observation->tell != nullptr) {
      static_cast<ProgressObservation const*>(settings.observation)->total = source.total();
    }
  }
  R run{source, end, Home<typename R::Segment>([&] { return R::opened(source, end); })};
  detail::run_job(run.job(), &*run.home, detail::memo_of(memo<R>), settings, &R::join);
  return end.finish(std::move((*run.home).accumulator));
}

/// Where a pipeline is to run, and with which settings there (pipeline/on.hpp): it has a way of its own to run.
template <class P>
concept placed_run = requires { requires P::is_placed; };
template <source S, class T, placed_run P>
decltype(auto) run_terminal(S& source, T& end, P const& placed) {
  return placed.run(source, end);
}

/// The settings of what a terminal does in this process, before and after a run that may have a place.
inline Settings const& settings_here(Settings const& settings) noexcept { return settings; }
template <placed_run P>
Settings settings_here(P const& placed) noexcept {
  return placed.here();
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
