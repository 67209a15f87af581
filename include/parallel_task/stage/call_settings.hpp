// What a pipeline was told about its run: the plain values, and the objects that the controller's pointers point to.
#pragma once

#include <parallel_task/controller/observed_calls.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/monotonic.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

namespace detail {

struct Nothing {};

/// When a run has to stop: a point in time, or so long after the terminal was called.
struct Deadline {
  enum class Kind : unsigned char { never, at, after };
  std::int64_t ns = 0;
  Kind kind = Kind::never;

  [[nodiscard]] std::int64_t resolve() const {
    if (kind == Kind::never) return 0;
    std::int64_t at = ns;
    if (kind == Kind::after) {
      std::int64_t const now = detail::steady_ns();
      at =
          ns > (std::numeric_limits<std::int64_t>::max)() - now ? (std::numeric_limits<std::int64_t>::max)() : now + ns;
    }
    return at == 0 ? 1 : at;  // 0 is no deadline
  }
};

/// An Observation with a progress callback.
template <class F>
struct ObservationWith : ProgressObservation {
  mutable F f;  // called by one thread only

  static void call(Observation const& self, Progress const& progress) {
    static_cast<void>(static_cast<ObservationWith const&>(self).f(progress));
  }
};

/// Of two settings of a kind: the later, if something was said there.
template <class Before, class Later>
auto last_of(Before& before, Later& later) {
  if constexpr (std::is_same_v<Later, Nothing>) {
    return std::move(before);
  } else {
    return std::move(later);
  }
}

/// Of two that are observed all that is asked for; the later where both ask for the same.
template <class Before, class Later>
auto both_of(Before& before, Later& later) {
  auto* const run = later.run != nullptr ? later.run : before.run;
  RunReport* const report = later.report != nullptr ? later.report : before.report;
  Trace* const trace = later.trace != nullptr ? later.trace : before.trace;
  std::uint32_t const max_len = later.max_len != 0 ? later.max_len : before.max_len;
  std::uint32_t const min_len = later.min_len != 0 ? later.min_len : before.min_len;
  auto both = [&] {
    if constexpr (std::is_same_v<Later, Observation>) {
      return std::move(before);
    } else {
      return std::move(later);  // with a callback
    }
  }();
  both.run = run;
  both.report = report;
  both.trace = trace;
  both.max_len = max_len;
  both.min_len = min_len;
  return both;
}

/// The settings of one call. The last word counts, wherever in the chain it was said.
template <class Strategy = Nothing, class Token = Nothing, class Observed = Observation, bool Deterministic = false,
          class Along = Nothing, class Hosted = Nothing>
struct CallSettings {
  /// Whether floating-point results must not depend on the run (terminal/deterministic.hpp).
  static constexpr bool deterministic = Deterministic;
  unsigned max_threads = 0;
  Deadline deadline;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Strategy strategy;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Token token;
  Observed observation;                           // an Observation, or one with a callback
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Along along{};  // a context that is carried along
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Hosted host{};  // an executor whose threads help

  /// Points into *this.
  [[nodiscard]] Settings for_run() const {
    Settings s;
    s.max_threads = max_threads;
    if constexpr (!std::is_same_v<Strategy, Nothing>) s.strategy = detail::Strategy::of(strategy);
    if constexpr (!std::is_same_v<Token, Nothing>) {
      s.stop_requested = &CallSettings::stop_requested;
      s.stop_token = std::addressof(token);
    }
    if (observation.run != nullptr) s.observation = &observation;
    if constexpr (!std::is_same_v<Along, Nothing>) s.carried = &along;
    if constexpr (!std::is_same_v<Hosted, Nothing>) s.host = &host;
    s.deadline = deadline.resolve();
    return s;
  }

  template <class S>
  [[nodiscard]] CallSettings<S, Token, Observed, Deterministic, Along, Hosted> with_strategy(S s) && {
    return {max_threads,      deadline,       std::move(s), std::move(token), std::move(observation),
            std::move(along), std::move(host)};
  }
  template <class T>
  [[nodiscard]] CallSettings<Strategy, T, Observed, Deterministic, Along, Hosted> with_token(T t) && {
    return {max_threads,      deadline,       std::move(strategy), std::move(t), std::move(observation),
            std::move(along), std::move(host)};
  }
  template <class W>
  [[nodiscard]] CallSettings<Strategy, Token, W, Deterministic, Along, Hosted> with_observation(W w) && {
    return {max_threads,  deadline,         std::move(strategy), std::move(token),
            std::move(w), std::move(along), std::move(host)};
  }
  [[nodiscard]] CallSettings<Strategy, Token, Observed, true, Along, Hosted> made_deterministic() && {
    return {max_threads,      deadline,       std::move(strategy), std::move(token), std::move(observation),
            std::move(along), std::move(host)};
  }
  template <class A>
  [[nodiscard]] CallSettings<Strategy, Token, Observed, Deterministic, A, Hosted> with_along(A a) && {
    observation.run = &detail::run_observed<true>;
    return {max_threads,  deadline,       std::move(strategy), std::move(token), std::move(observation),
            std::move(a), std::move(host)};
  }
  template <class E>
  [[nodiscard]] CallSettings<Strategy, Token, Observed, Deterministic, Along, E> with_host(E e) && {
    observation.run = &detail::run_observed<true>;
    return {max_threads,      deadline,    std::move(strategy), std::move(token), std::move(observation),
            std::move(along), std::move(e)};
  }
  /// What is observed so far, to be added to.
  [[nodiscard]] Observed observe() && {
    observation.run = &detail::run_observed<true>;
    return std::move(observation);
  }
  /// Where the later is told where to run (pipeline/on.hpp), so are both.
  template <class Later>
    requires requires { requires Later::is_placed; }
  [[nodiscard]] auto then(Later&& later) && {
    return static_cast<Later&&>(later).after(std::move(*this));
  }
  /// What a pipeline that was zipped or chained to this one had been told comes later in the chain.
  template <class S, class T, class W, bool D, class A, class E>
  [[nodiscard]] auto then(CallSettings<S, T, W, D, A, E>&& later) && {
    if (later.max_threads != 0) max_threads = later.max_threads;
    if (later.deadline.kind != Deadline::Kind::never) deadline = later.deadline;
    auto last_strategy = detail::last_of(strategy, later.strategy);
    auto last_token = detail::last_of(token, later.token);
    auto both = detail::both_of(observation, later.observation);
    auto last_along = detail::last_of(along, later.along);
    auto last_host = detail::last_of(host, later.host);
    constexpr bool is_deterministic = Deterministic || D;
    return CallSettings<decltype(last_strategy), decltype(last_token), decltype(both), is_deterministic,
                        decltype(last_along), decltype(last_host)>{
        max_threads,           deadline,        std::move(last_strategy),
        std::move(last_token), std::move(both), std::move(last_along),
        std::move(last_host)};
  }

 private:
  static bool stop_requested(void const* token) {
    return static_cast<bool>(static_cast<Token const*>(token)->stop_requested());
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
