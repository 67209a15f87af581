// threads, steal_from, report, stop_token, deadline: how a call is run, not what it computes.
#pragma once

#include <parallel_task/stage/held.hpp>

namespace parallel_task {
inline namespace v1 {
namespace detail {

/// A stage that leaves the items alone: `set(held)` gives the settings that the pipeline goes on with.
template <class By>
concept setting = requires { requires By::is_setting; };

template <class N>
struct ThreadsBy {
  static constexpr bool is_setting = true;
  N n;
  template <class H>
  auto set(H held) const {
    if constexpr (!std::integral<N> || std::same_as<N, bool>) {
      static_assert(never<N>, "parallel_task: threads(n) takes a whole number: the most threads that may compute this call, "
                              "the caller included");
      return Unusable{};
    } else {
      if (n <= 0) detail::throw_error(std::invalid_argument("parallel_task: threads(n): n must be at least 1"));
      constexpr auto most = std::numeric_limits<unsigned>::max();
      held.max_threads = static_cast<std::make_unsigned_t<N>>(n) > most ? most : static_cast<unsigned>(n);
      return held;
    }
  }
};

template <class P>
struct StealFromBy {
  static constexpr bool is_setting = true;
  P strategy;
  template <class H>
  auto set(H held) && {
    if constexpr (PrioritizeThread<P>) {
      return std::move(held).with_strategy(std::move(strategy));
    } else if constexpr (requires(P const& p, QueueLoad const& load) { static_cast<double>(p(load)); }) {
      static_assert(never<P>, "parallel_task: steal_from(strategy): the strategy must be noexcept and copyable, since workers "
                              "call it while they look for work: write `(pt::QueueLoad const& load) noexcept`");
      return Unusable{};
    } else {
      static_assert(never<P>, "parallel_task: steal_from(strategy) takes a PrioritizeThread: an object that gives each "
                              "pt::QueueLoad const& a number, as const and noexcept, such as pt::Remaining{}");
      return Unusable{};
    }
  }
};

template <class R>
struct ReportBy {
  static constexpr bool is_setting = true;
  R* report;
  template <class H>
  auto set(H held) const {
    if constexpr (!std::same_as<R, RunReport>) {
      static_assert(never<R>, "parallel_task: report(r) takes a pt::RunReport variable, which the run fills: declare "
                              "`pt::RunReport r;` and pass r");
      return Unusable{};
    } else {
      held.report = report;
      return held;
    }
  }
};

template <class T>
struct StopTokenBy {
  static constexpr bool is_setting = true;
  T token;
  template <class H>
  auto set(H held) && {
    if constexpr (requires(T const& t) { static_cast<bool>(t.stop_requested()); }) {
      return std::move(held).with_token(std::move(token));
    } else {
      static_assert(never<T>, "parallel_task: stop_token(t) takes anything with a const stop_requested(), such as a "
                              "std::stop_token: this type has none; of a std::stop_source pass get_token()");
      return Unusable{};
    }
  }
};

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;
template <class T>
inline constexpr bool is_steady_time = false;
template <class D>
inline constexpr bool is_steady_time<std::chrono::time_point<std::chrono::steady_clock, D>> = true;

template <class T>
struct DeadlineBy {
  static constexpr bool is_setting = true;
  T time;
  template <class H>
  auto set(H held) const {
    if constexpr (is_duration<T>) {
      held.deadline = {in_ns(time), Deadline::Kind::after};
      return held;
    } else if constexpr (is_steady_time<T>) {
      held.deadline = {in_ns(time.time_since_epoch()), Deadline::Kind::at};
      return held;
    } else {
      static_assert(never<T>, "parallel_task: deadline(t) takes a std::chrono::steady_clock::time_point, or a duration from "
                              "the call of the terminal: clocks that can be set back are of no use here");
      return Unusable{};
    }
  }

 private:
  // Hours in a 64-bit number of seconds would overflow as nanoseconds: such a deadline is as good as none.
  template <class D>
  static std::int64_t in_ns(D d) {
    using Seconds = std::chrono::duration<double>;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    double const seconds = std::chrono::duration_cast<Seconds>(d).count();
    if (seconds > 9.0e9) return most;
    if (seconds < -9.0e9) return -most;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(d).count();
  }
};

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
