// threads, steal_from, report, trace, progress, stop_token, deadline: how a call is run, not what it computes.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/stage/held.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A stage that leaves the items alone: `set(held)` gives the settings that the pipeline goes on with.
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
struct ThreadsBy {
  static constexpr bool is_setting = true;
  N n;
  static consteval Problem problem() {
    return std::integral<N> && !std::same_as<N, bool> ? Problem::none : Problem::threads_not_a_number;
  }
  template <class H>
  auto set(H held) const {
    if (n <= N{}) detail::throw_error(std::invalid_argument("parallel_task: threads(n): n must be at least 1"));
    constexpr unsigned most = (std::numeric_limits<unsigned>::max)();
    held.max_threads = static_cast<std::make_unsigned_t<N>>(n) > most ? most : static_cast<unsigned>(n);
    return held;
  }
};

template <class P>
struct StealFromBy {
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
  auto set(H held) && {
    return std::move(held).with_strategy(std::move(strategy));
  }
};

template <class R>
struct ReportBy {
  static constexpr bool is_setting = true;
  R* report;
  static consteval Problem problem() {
    return std::same_as<R, RunReport> ? Problem::none : Problem::report_of_other_type;
  }
  template <class H>
  auto set(H held) && {
    auto watch = std::move(held).watch();
    watch.report = report;
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class T>
struct TraceBy {
  static constexpr bool is_setting = true;
  T* trace;
  static consteval Problem problem() { return std::same_as<T, Trace> ? Problem::none : Problem::trace_of_other_type; }
  template <class H>
  auto set(H held) && {
    auto watch = std::move(held).watch();
    watch.trace = trace;
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class F, class Interval>
struct ProgressBy {
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
  auto set(H held) && {
    Watch const before = std::move(held).watch();
    WatchWith<F> watch{before, std::move(f)};
    watch.tell = &WatchWith<F>::call;
    watch.interval = detail::in_ns(interval);
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class T>
struct StopTokenBy {
  static constexpr bool is_setting = true;
  T token;
  static consteval Problem problem() {
    constexpr bool fits = requires(T const& t) { static_cast<bool>(t.stop_requested()); };
    return fits ? Problem::none : Problem::token_without_stop_requested;
  }
  template <class H>
  auto set(H held) && {
    return std::move(held).with_token(std::move(token));
  }
};

template <class T>
struct DeadlineBy {
  static constexpr bool is_setting = true;
  T time;
  static consteval Problem problem() {
    return is_duration<T> || is_steady_time<T> ? Problem::none : Problem::deadline_of_other_clock;
  }
  template <class H>
  auto set(H held) const {
    if constexpr (is_duration<T>) {
      held.deadline = {detail::in_ns(time), Deadline::Kind::after};
    } else {
      held.deadline = {detail::in_ns(time.time_since_epoch()), Deadline::Kind::at};
    }
    return held;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
