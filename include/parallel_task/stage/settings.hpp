// threads, max_len, deterministic, steal_from, report, trace, progress, with_context, stop_token, deadline: how a call
// is run, not what it computes.
#pragma once

#include <parallel_task/controller/carried.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/stage/call_settings.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A stage that leaves the items alone: `set(settings)` gives the settings that the pipeline goes on with.
template <class By>
concept setting = requires { requires By::is_setting; };

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;
template <class T>
inline constexpr bool is_steady_time = false;
template <class D>
inline constexpr bool is_steady_time<std::chrono::time_point<std::chrono::steady_clock, D>> = true;

/// Hours in a 64-bit number of seconds would overflow as nanoseconds: such a time is as good as none.
template <class D>
std::int64_t in_ns(D d) {
  using Seconds = std::chrono::duration<double>;
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  double const seconds = std::chrono::duration_cast<Seconds>(d).count();
  if (seconds > 9.0e9) return most;
  if (seconds < -9.0e9) return -most;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(d).count();
}

template <class N>
struct ThreadsStage {
  static constexpr bool is_setting = true;
  N n;
  static consteval Problem problem() { return whole_number<N> ? Problem::none : Problem::threads_not_a_number; }
  template <class H>
  auto set(H settings) const {
    std::size_t const count = detail::count_from(n);
    if (count == 0) detail::throw_invalid_argument("parallel_task: threads(n): n must be at least 1");
    constexpr unsigned most = (std::numeric_limits<unsigned>::max)();
    settings.max_threads = count > most ? most : static_cast<unsigned>(count);
    return settings;
  }
};

struct DeterministicStage {
  static constexpr bool is_setting = true;
  static consteval Problem problem() { return Problem::none; }
  template <class H>
  auto set(H settings) const {
    return std::move(settings).made_deterministic();
  }
};

template <class N>
struct MaxLenStage {
  static constexpr bool is_setting = true;
  N n;
  static consteval Problem problem() { return whole_number<N> ? Problem::none : Problem::max_len_not_a_number; }
  template <class H>
  auto set(H settings) && {
    std::size_t const count = detail::count_from(n);
    if (count == 0) detail::throw_invalid_argument("parallel_task: max_len(n): n must be at least 1");
    constexpr std::uint32_t most = (std::numeric_limits<std::uint32_t>::max)();
    auto observation = std::move(settings).observe();
    observation.max_len = count > most ? most : static_cast<std::uint32_t>(count);
    return std::move(settings).with_observation(std::move(observation));
  }
};

template <class N>
struct MinLenStage {
  static constexpr bool is_setting = true;
  N n;
  static consteval Problem problem() { return whole_number<N> ? Problem::none : Problem::min_len_not_a_number; }
  template <class H>
  auto set(H settings) && {
    std::size_t const count = detail::count_from(n);
    if (count == 0) detail::throw_invalid_argument("parallel_task: min_len(n): n must be at least 1");
    constexpr std::uint32_t most = (std::numeric_limits<std::uint32_t>::max)();
    auto observation = std::move(settings).observe();
    observation.min_len = count > most ? most : static_cast<std::uint32_t>(count);
    return std::move(settings).with_observation(std::move(observation));
  }
};

template <class P>
struct StealFromStage {
  static constexpr bool is_setting = true;
  P strategy;
  static consteval Problem problem() {
    if constexpr (PrioritizeThread<P>) {
      return Problem::none;
    } else {
      constexpr bool callable = requires(P const& p, QueueLoad const& load) { static_cast<double>(p(load)); };
      return callable ? Problem::strategy_may_throw : Problem::strategy_does_not_fit;
    }
  }
  template <class H>
  auto set(H settings) && {
    return std::move(settings).with_strategy(std::move(strategy));
  }
};

template <class R>
struct ReportStage {
  static constexpr bool is_setting = true;
  R* report;
  static consteval Problem problem() {
    return std::same_as<R, RunReport> ? Problem::none : Problem::report_of_other_type;
  }
  template <class H>
  auto set(H settings) && {
    auto observation = std::move(settings).observe();
    observation.report = report;
    return std::move(settings).with_observation(std::move(observation));
  }
};

template <class T>
struct TraceStage {
  static constexpr bool is_setting = true;
  T* trace;
  static consteval Problem problem() { return std::same_as<T, Trace> ? Problem::none : Problem::trace_of_other_type; }
  template <class H>
  auto set(H settings) && {
    auto observation = std::move(settings).observe();
    observation.trace = trace;
    return std::move(settings).with_observation(std::move(observation));
  }
};

template <class F, class Interval>
struct ProgressStage {
  static constexpr bool is_setting = true;
  F f;
  Interval interval;
  static consteval Problem problem() {
    if constexpr (!std::invocable<F&, Progress const&>) {
      return Problem::progress_not_callable;
    } else if constexpr (!is_duration<Interval>) {
      return Problem::interval_not_a_duration;
    } else {
      return Problem::none;
    }
  }
  template <class H>
  auto set(H settings) && {
    Observation const before = std::move(settings).observe();
    ObservationWith<F> observation{{before}, std::move(f)};
    observation.tell = &ObservationWith<F>::call;
    observation.interval = detail::in_ns(interval);
    return std::move(settings).with_observation(std::move(observation));
  }
};

template <class Capture, class Enter>
struct WithContextStage {
  static constexpr bool is_setting = true;
  Capture capture;
  Enter enter;
  static consteval Problem problem() {
    if constexpr (!requires(Capture const& c) { c(); }) {
      return Problem::context_does_not_fit;
    } else {
      using Captured = std::invoke_result_t<Capture const&>;
      constexpr bool fits = std::is_object_v<Captured> && requires(Enter const& e, Captured const& c) { e(c); };
      return fits ? Problem::none : Problem::context_does_not_fit;
    }
  }
  template <class H>
  auto set(H settings) && {
    return std::move(settings).with_along(ContextOf<Capture, Enter>(std::move(capture), std::move(enter)));
  }
};

template <class T>
struct StopTokenStage {
  static constexpr bool is_setting = true;
  T token;
  static consteval Problem problem() {
    constexpr bool fits = requires(T const& t) { static_cast<bool>(t.stop_requested()); };
    return fits ? Problem::none : Problem::token_without_stop_requested;
  }
  template <class H>
  auto set(H settings) && {
    return std::move(settings).with_token(std::move(token));
  }
};

template <class T>
struct DeadlineStage {
  static constexpr bool is_setting = true;
  T time;
  static consteval Problem problem() {
    return is_duration<T> || is_steady_time<T> ? Problem::none : Problem::deadline_of_other_clock;
  }
  template <class H>
  auto set(H settings) const {
    if constexpr (is_duration<T>) {
      settings.deadline = {detail::in_ns(time), Deadline::Kind::after};
    } else {
      settings.deadline = {detail::in_ns(time.time_since_epoch()), Deadline::Kind::at};
    }
    return settings;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
