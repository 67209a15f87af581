// any(p), all(p), none(p), contains(x): a bool, as early as it is known.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether some item is a hit; negated for `all` and `none`. The answer or exception that comes first in time wins.
template <class Hit, bool Found>
struct Any {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Hit hit;

  struct Accumulator {
    static constexpr bool unordered = true;
    static constexpr std::size_t unroll = 4;
    Hit const* hit;
    bool found = false;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      return !wanted(x) || take(x);
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool wanted(X&& x) const {
      return (*hit)(detail::look(x));
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool take(X&&) noexcept {
      found = true;
      return false;
    }
    [[nodiscard]] bool skips_same() const noexcept
      requires requires { hit->skips_same(); }
    {
      return hit->skips_same();
    }
    void join(Accumulator&& later) noexcept { found = found || later.found; }
    template <class Archive>
    void carry(Archive& ar) {
      ar(found);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return Hit::template problem<typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(hit)};
  }
  bool finish(Accumulator&& all) const noexcept { return all.found ? Found : !Found; }
};

/// A hit satisfies the predicate or, for `all`, does not.
template <class P, bool Wanted>
struct Satisfies {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  template <class Item>
  static consteval Problem problem() {
    return detail::predicate_problem<P, Item>();
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& x) const {
    return static_cast<bool>(detail::call(predicate, x)) == Wanted;
  }
};

/// A hit is equal to a value.
template <class T>
struct Equals {
  T value;

  template <class Item>
  static consteval Problem problem() {
    constexpr bool ok = requires(look_t<Item> x, T const& wanted) { static_cast<bool>(x == wanted); };
    return ok ? Problem::none : Problem::contains_without_equality;
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& x) const {
    return static_cast<bool>(x == value);
  }
};

template <class P>
[[nodiscard]] auto make_any(P predicate) {
  return Any<Satisfies<P, true>, true>{{std::move(predicate)}};
}
template <class P>
[[nodiscard]] auto make_all(P predicate) {
  return Any<Satisfies<P, false>, false>{{std::move(predicate)}};
}
template <class P>
[[nodiscard]] auto make_none(P predicate) {
  return Any<Satisfies<P, true>, false>{{std::move(predicate)}};
}
template <class T>
[[nodiscard]] auto make_contains(T value) {
  return Any<Equals<T>, true>{{std::move(value)}};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
