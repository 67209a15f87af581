// chain: the items of one range, then those of another.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A number that the puller writes and others read. Whoever is given a position behind it was told through a queue, so
/// relaxed will do.
class Seam {
 public:
  Seam() = default;
  Seam(Seam&& other) noexcept : at_(other.get()) {}
  [[nodiscard]] std::size_t get() const noexcept { return at_.load(std::memory_order_relaxed); }
  void set(std::size_t at) noexcept { at_.store(at, std::memory_order_relaxed); }

 private:
  detail::atomic<std::size_t> at_{unknown};
};

template <class A, class B>
concept chainable = (std::same_as<A, B> || requires { typename std::common_reference_t<A, B>; });

template <class A, class B>
struct chained_item {
  using type = std::common_reference_t<A, B>;
};
template <class A>
struct chained_item<A, A> {
  using type = A;
};

template <source X, source Y>
struct Chain {
  using Item = typename chained_item<typename X::Item, typename Y::Item>::type;
  using Value = typename chained_item<typename X::Value, typename Y::Value>::type;
  struct State {
    typename X::State x;
    typename Y::State y;
    bool x_closed = false;
  };
  static constexpr bool pulls = X::pulls || Y::pulls;
  static constexpr Cut cut = Y::cut;
  static constexpr bool whole_segments = X::whole_segments || Y::whole_segments;

  Chain(X x, Y y) : x_(std::move(x)), y_(std::move(y)) {}

  void start() {
    x_.start();
    y_.start();
    Pulled const x = x_.known();
    seam_.set(x.ended ? x.positions : x_.total());
  }
  [[nodiscard]] Pulled known() const {
    Pulled const x = x_.known();
    if (!x.ended) return x;
    Pulled const y = y_.known();
    return {x.positions + y.positions, y.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const x = x_.total();
    std::size_t const y = y_.total();
    return x == unknown || y == unknown ? unknown : x + y;
  }
  Pulled pull(std::size_t want)
    requires(pulls)
  {
    if constexpr (X::pulls) {
      if (!x_.known().ended) {
        std::size_t const before = x_.known().positions;
        Pulled const x = x_.pull(want);
        if (!x.ended) return x;
        seam_.set(x.positions);
        want -= x.positions - before < want ? x.positions - before : want;
      } else if (seam_.get() == unknown) {
        seam_.set(x_.known().positions);
      }
    }
    if constexpr (Y::pulls) {
      if (want != 0 && !y_.known().ended) (void)y_.pull(want);
    }
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(pulls)
  {
    std::size_t const seam = seam_.get();
    if constexpr (X::pulls) {
      (void)x_.share(state.x, ran < seam ? ran : seam);
      // A front of which a stage dropped all (the seam is at 0) does not know that it has gone by.
      while (ran > seam && !x_.known().ended) (void)x_.pull(unknown);
    }
    if constexpr (Y::pulls) (void)y_.share(state.y, ran > seam ? ran - seam : 0);
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    if constexpr (X::pulls) x_.index_first(n);
    Pulled const x = x_.known();
    if (!x.ended) return;
    seam_.set(x.positions);
    if constexpr (Y::pulls) y_.index_first(n > x.positions ? n - x.positions : 0);
  }
  [[nodiscard]] State open() const { return State{x_.open(), y_.open()}; }

  /// A block over the seam is two loops, not a test per item.
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    std::size_t const seam = seam_.get();
    As<K> as{k};
    if (block.first < seam) {
      if (!x_.feed(state.x, Block{block.first, block.last < seam ? block.last : seam}, as)) return false;
      if (block.last <= seam) return true;
      block.first = seam;
    }
    // What the front kept back comes before the first item of the rear.
    if constexpr (X::whole_segments) {
      if (!state.x_closed) {
        state.x_closed = true;
        if (!x_.close(state.x, as)) return false;
      }
    }
    return y_.feed(state.y, Block{block.first - seam, block.last - seam}, as);
  }
  template <class K>
  bool close(State& state, K& k) const {
    As<K> as{k};
    if (!state.x_closed) {
      state.x_closed = true;
      if (!x_.close(state.x, as)) return false;
    }
    return y_.close(state.y, as);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<X> && indexed_source<Y>
  {
    std::size_t const seam = seam_.get();
    if (i < seam) return static_cast<Item>(x_.at(state.x, i));
    return static_cast<Item>(y_.at(state.y, i - seam));
  }

 private:
  /// Items of either side, as the type that both have in common.
  template <class K>
  struct As {
    K& next;
    template <class T>
    [[gnu::always_inline]] bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
  };
  template <laned K>
  struct As<K> {
    static constexpr std::size_t lanes = K::lanes;
    K& next;
    template <class T>
    [[gnu::always_inline]] bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
    template <class T>
    [[gnu::always_inline]] bool lane(std::size_t j, T&& x) const {
      return next.lane(j, static_cast<Item>(static_cast<T&&>(x)));
    }
  };

  X x_;
  Y y_;
  Seam seam_;
};

template <source Other>
struct ChainBy {
  static constexpr bool is_stage = true;
  Other other;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (Base::cut == Cut::later) {
      return Problem::chain_after_take_while;
    } else {
      constexpr bool fits = chainable<typename Base::Item, typename Other::Item> &&
                            chainable<typename Base::Value, typename Other::Value>;
      return fits ? Problem::none : Problem::chain_of_other_items;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Chain<Base, Other>(std::move(base), std::move(other));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
