// on(w): runs a pipeline on the ranks of a world (parallel_task/forked.hpp, parallel_task/mpi.hpp), not in this process
// alone; async(): runs it in the background (parallel_task/async.hpp), not where it stands. Here is only what a
// pipeline notes of that; where it is not asked for, nothing of this is instantiated.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/call_settings.hpp>
#include <parallel_task/terminal/deterministic.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What `run_terminal` is given instead of settings: how, and where. `P` is a place: a value that knows a world, with
/// `run(source, end, settings)`, of which the result is that of the terminal, on every rank.
template <class P>
struct PlacedRun {
  static constexpr bool is_placed = true;
  P const& place;
  Settings const& settings;
  template <class S, class T>
  decltype(auto) run(S& source, T& end) const {
    return place.run(source, end, settings);
  }
  /// Whether all ranks run it; else it is run as without a place.
  [[nodiscard]] bool is_shared() const noexcept { return place.is_shared(); }
  /// Calls `f` on rank 0 with all items, in order.
  template <class S, class F>
  void run_in_order(S& source, F const& f, std::size_t window) const {
    place.run_in_order(source, f, window, settings);
  }
  /// The settings of what a rank does for itself.
  [[nodiscard]] Settings here() const noexcept { return place.here(settings); }
};

/// Whether a place is the background: `P::begin(source, settings, step)` returns a handle at once.
template <class P>
inline constexpr bool is_async_place = requires { requires P::is_async; };

/// Whether a terminal's closure may change items of a range that each rank has for itself.
template <class Step, class Item>
concept changing_step = requires { requires Step::template changes<Item>; };

/// The settings `H` of a call, and where it is to run.
template <class H, class P>
struct PlacedSettings : H {
  static constexpr bool is_placed = true;
  P place;

  PlacedSettings(H settings, P where) : H(std::move(settings)), place(std::move(where)) {}

  [[nodiscard]] H without() && { return static_cast<H&&>(*this); }
  template <class X>
  [[nodiscard]] auto with_strategy(X x) && {
    return again(static_cast<H&&>(*this).with_strategy(std::move(x)));
  }
  template <class X>
  [[nodiscard]] auto with_token(X x) && {
    return again(static_cast<H&&>(*this).with_token(std::move(x)));
  }
  template <class X>
  [[nodiscard]] auto with_observation(X x) && {
    return again(static_cast<H&&>(*this).with_observation(std::move(x)));
  }
  template <class X>
  [[nodiscard]] auto with_along(X x) && {
    return again(static_cast<H&&>(*this).with_along(std::move(x)));
  }
  template <class X>
  [[nodiscard]] auto with_host(X x) && {
    return again(static_cast<H&&>(*this).with_host(std::move(x)));
  }
  [[nodiscard]] auto made_deterministic() && { return again(static_cast<H&&>(*this).made_deterministic()); }
  /// These come later in the chain, or these come after `before`: see CallSettings::then.
  template <class Later>
  [[nodiscard]] auto then(Later&& later) && {
    if constexpr (requires { requires std::remove_cvref_t<Later>::is_placed; }) {
      return std::move(later).after(std::move(*this).without());
    } else {
      return again(static_cast<H&&>(*this).then(static_cast<Later&&>(later)));
    }
  }
  template <class Before>
  [[nodiscard]] auto after(Before&& before) && {
    return again(static_cast<Before&&>(before).then(static_cast<H&&>(*this)));
  }

  /// Why the terminal can't run there.
  template <class S, class Step>
  static consteval Problem problem() {
    if constexpr (is_async_place<P>) {
      return owns_data<S> ? Problem::none : Problem::async_borrows;
    } else if constexpr (changing_step<Step, typename S::Item>) {
      return Problem::on_changes_items;
    } else if constexpr (is_read_once<S>) {
      return Problem::on_stream;
    } else {
      return detail::problem_on_ranks<S>();
    }
  }
  /// The result of the terminal `step`; of a place that is rank 0 alone, as an optional that is empty elsewhere.
  template <class S, class Step>
  auto run(S& source, Step& step) && {
    if constexpr (is_async_place<P>) {
      return P::begin(source, std::move(*this).without(), step);
    } else if constexpr (!P::at_root_alone) {
      return run_everywhere(source, step);
    } else if constexpr (std::is_void_v<decltype(run_everywhere(source, step))>) {
      run_everywhere(source, step);
    } else {
      using R = std::remove_cvref_t<decltype(run_everywhere(source, step))>;
      if constexpr (is_direct<S, Step>()) {
        return place.run_at_root(source, step, H::for_run());
      } else {
        R result = run_everywhere(source, step);
        return place.is_root() ? std::optional<R>(std::move(result)) : std::optional<R>();
      }
    }
  }

 private:
  template <class Settings>
  [[nodiscard]] PlacedSettings<Settings, P> again(Settings settings) {
    return {std::move(settings), std::move(place)};
  }
  /// Whether it is a terminal itself, and not made of others.
  template <class S, class Step>
  static consteval bool is_direct() {
    return !runs_deterministic<Step, S, H> && !requires(S& source, Step& step, PlacedRun<P> const& how) {
      step(source, how);
    } && !requires(S& source, Step& step) { step(source); };
  }
  template <class S, class Step>
  auto run_everywhere(S& source, Step& step) {
    Settings const settings = H::for_run();
    PlacedRun<P> const how{place, settings};
    if constexpr (runs_deterministic<Step, S, H>) {
      return detail::run_deterministic(source, step, how);
    } else if constexpr (requires { step(source, how); }) {
      return step(source, how);
    } else if constexpr (requires { step(source); }) {
      return step(source);
    } else {
      return place.run(source, step, settings);
    }
  }
};

template <class H>
inline constexpr bool is_placed_settings = false;
template <class H, class P>
inline constexpr bool is_placed_settings<PlacedSettings<H, P>> = true;

/// Stand for a place that is none.
struct NoPlace {};
struct NotIncludedPlace {};

/// `PlacedSettings<H, P>` of which the later place is to be another one.
template <class H, class Later>
inline constexpr bool mixes_async = false;
template <class H, class P, class Later>
inline constexpr bool mixes_async<PlacedSettings<H, P>, Later> = is_async_place<P> != is_async_place<Later>;

/// A setting.
template <class P>
struct OnStage {
  static constexpr bool is_setting = true;
  static constexpr bool is_place = true;
  P place;
  static consteval Problem problem() {
    if constexpr (std::same_as<P, NotIncludedPlace>) {
      return Problem::async_not_included;
    } else {
      return std::same_as<P, NoPlace> ? Problem::on_no_world : Problem::none;
    }
  }
  /// The same behind the settings `H`.
  template <class H>
  static consteval Problem problem_after() {
    return mixes_async<H, P> ? Problem::async_on_ranks : problem();
  }
  template <class H>
  auto set(H settings) && {
    if constexpr (is_placed_settings<H>) {
      return std::move(*this).set(std::move(settings).without());
    } else {
      return PlacedSettings<H, P>(std::move(settings), std::move(place));
    }
  }
};

/// What the background is asked for by: `place_of(AsyncRequest())` is found if parallel_task/async.hpp is included.
struct AsyncRequest {};
template <class Request>
auto make_async() {
  if constexpr (requires { place_of(Request()); }) {
    return OnStage<decltype(place_of(Request()))>{place_of(Request())};
  } else {
    return OnStage<NotIncludedPlace>{};
  }
}

/// What executors are asked by: `host_of(HostRequest(), e)` is found if parallel_task/executor.hpp is included.
struct HostRequest {};

/// `place_of(w, line)` is found where the world's type is declared.
template <class W>
auto make_on([[maybe_unused]] W&& w, [[maybe_unused]] std::source_location line) {
  if constexpr (requires { place_of(w, line); }) {
    return OnStage<decltype(place_of(w, line))>{place_of(w, line)};
  } else if constexpr (requires { host_of(HostRequest(), static_cast<W&&>(w)); }) {
    return host_of(HostRequest(), static_cast<W&&>(w));
  } else {
    return OnStage<NoPlace>{};
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
