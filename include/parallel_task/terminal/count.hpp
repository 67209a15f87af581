// count(), count_if(p), size(): how many items there are.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Runs the pipeline, including its closures, and counts the items that come out.
struct Count {
  struct Accumulator {
    static constexpr bool unordered = true;
    std::size_t count = 0;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&&) {
      ++count;
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
    template <class Archive>
    void carry(Archive& ar) {
      ar(count);
    }
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

/// How many items satisfy `predicate`, which is called once per item.
template <class P>
struct CountIf {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  struct Accumulator {
    static constexpr bool unordered = true;
    P const* predicate;
    std::size_t count = 0;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      count += static_cast<bool>(detail::call(*predicate, detail::look(x))) ? std::size_t{1} : std::size_t{0};
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
    template <class Archive>
    void carry(Archive& ar) {
      ar(count);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::predicate_problem<P, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(predicate)};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.count; }
};

template <class P>
CountIf(P) -> CountIf<P>;

/// The number of positions; no closure is run. This is not a run: it uses the source directly, without an accumulator.
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
      Known known = source.known();
      while (!known.ended) {
        std::size_t const before = known.positions;
        known = source.pull(counted_at_once);
        if constexpr (releasing<S>) source.release({before, known.positions});
      }
      return known.positions;
    } else {
      return source.known().positions;
    }
  }

 private:
  // A source may keep something for each position, so it is released after this many.
  static constexpr std::size_t counted_at_once = 4096;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
