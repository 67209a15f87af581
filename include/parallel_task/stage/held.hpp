// What a pipeline was told about its run: the plain values, and the objects that the controller's pointers point to.
#pragma once

#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {

struct RunReport;

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
      at = ns > (std::numeric_limits<std::int64_t>::max)() - now ? (std::numeric_limits<std::int64_t>::max)() : now + ns;
    }
    return at == 0 ? 1 : at;  // 0 is no deadline
  }
};

/// The settings of one call. The last word counts, wherever in the chain it was said.
template <class Strategy = Nothing, class Token = Nothing>
struct Held {
  unsigned max_threads = 0;
  Deadline deadline;
  RunReport* report = nullptr;
  [[no_unique_address]] Strategy strategy;
  [[no_unique_address]] Token token;

  /// Points into *this.
  [[nodiscard]] Settings settings() const {
    Settings s;
    s.max_threads = max_threads;
    s.report = report;
    if constexpr (!std::is_same_v<Strategy, Nothing>) s.strategy = detail::Strategy::of(strategy);
    if constexpr (!std::is_same_v<Token, Nothing>) {
      s.stop_requested = &Held::stop_requested;
      s.stop_token = std::addressof(token);
    }
    s.deadline = deadline.resolve();
    return s;
  }

  template <class S>
  [[nodiscard]] Held<S, Token> with_strategy(S s) && {
    return {max_threads, deadline, report, std::move(s), std::move(token)};
  }
  template <class T>
  [[nodiscard]] Held<Strategy, T> with_token(T t) && {
    return {max_threads, deadline, report, std::move(strategy), std::move(t)};
  }
  /// What a pipeline that was zipped or chained to this one had been told comes later in the chain.
  template <class S, class T>
  [[nodiscard]] auto then(Held<S, T>&& later) && {
    if (later.max_threads != 0) max_threads = later.max_threads;
    if (later.deadline.kind != Deadline::Kind::never) deadline = later.deadline;
    if (later.report != nullptr) report = later.report;
    if constexpr (!std::is_same_v<S, Nothing>) {
      auto with = std::move(*this).with_strategy(std::move(later.strategy));
      if constexpr (!std::is_same_v<T, Nothing>) {
        return std::move(with).with_token(std::move(later.token));
      } else {
        return with;
      }
    } else if constexpr (!std::is_same_v<T, Nothing>) {
      return std::move(*this).with_token(std::move(later.token));
    } else {
      return std::move(*this);
    }
  }

 private:
  static bool stop_requested(void const* token) {
    return static_cast<bool>(static_cast<Token const*>(token)->stop_requested());
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
