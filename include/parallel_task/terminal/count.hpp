// count(), count_if(p), size(): how many items there are.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Runs the pipeline, its closures included, and counts what comes out.
struct Count {
  struct Accumulator {
    static constexpr bool unordered = true;
    std::size_t count = 0;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&&) {
      ++count;
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
  };

  template <class S>
  static consteval Problem problem() {
    return Problem::none;
  }
  template <class S>
  Accumulator open(S const&) const {
    return {};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.count; }
};

/// How many items satisfy `predicate`, which is called once an item.
template <class P>
struct CountIf {
  [[no_unique_address]] P predicate;

  struct Accumulator {
    static constexpr bool unordered = true;
    P const* predicate;
    std::size_t count = 0;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      count += static_cast<bool>(detail::call(*predicate, detail::look(x))) ? std::size_t{1} : std::size_t{0};
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::predicate_problem<P, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {&predicate};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.count; }
};

template <class P>
CountIf(P) -> CountIf<P>;

/// The number of positions, without running a closure. Not a run: it takes a source, not an accumulator.
struct Size {
  template <class S>
  static consteval Problem problem() {
    constexpr bool ok = indexed_source<S>;
    return ok ? Problem::none : Problem::size_unknown;
  }
  template <indexed_source S>
  std::size_t operator()(S& source) const {
    source.start();
    std::size_t const total = source.total();
    if (total != unknown) return total;
    if constexpr (S::pulls) {
      Pulled known = source.known();
      while (!known.ended) known = source.pull(unknown);
      return known.positions;
    } else {
      return source.known().positions;
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
