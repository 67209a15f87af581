// chain: the items of one range, then those of another.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/same_front.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The position at which the second range of a chain begins. Where positions become known bit by bit, the puller writes
/// it while others read it.
template <bool pulled>
class Boundary {
 public:
  [[nodiscard]] std::size_t get() const noexcept { return at_; }
  void set(std::size_t at) noexcept { at_ = at; }

 private:
  std::size_t at_ = unknown;
};

/// relaxed: a thread that gets a position after the boundary gets it through a queue, whose pairing orders the two.
template <>
class Boundary<true> {
 public:
  Boundary() = default;
  Boundary(Boundary&& other) noexcept : at_(other.get()) {}
  [[nodiscard]] std::size_t get() const noexcept { return at_.load(detail::memory_order_relaxed); }
  void set(std::size_t at) noexcept { at_.store(at, detail::memory_order_relaxed); }

 private:
  detail::atomic<std::size_t> at_{unknown};
};

template <class A, class B>
concept chainable = (std::same_as<A, B> || requires { typename std::common_reference_t<A, B>; });

template <class A, class B>
struct ChainedItem {
  using type = std::common_reference_t<A, B>;
};
template <class A>
struct ChainedItem<A, A> {
  using type = A;
};

template <source X, source Y>
struct Chain {
  using Item = typename ChainedItem<typename X::Item, typename Y::Item>::type;
  using Value = typename ChainedItem<typename X::Value, typename Y::Value>::type;
  struct State {
    typename X::State x;
    typename Y::State y;
    bool x_closed = false;
  };
  static constexpr bool pulls = X::pulls || Y::pulls;
  static constexpr Cut cut = Y::cut;
  static constexpr bool whole_segments = X::whole_segments || Y::whole_segments;
  static constexpr bool read_once = is_read_once<X> || is_read_once<Y>;
  static constexpr bool owns = owns_data<X> && owns_data<Y>;
  static constexpr Problem on_ranks = detail::problem_on_ranks<X, Y>();
  static constexpr bool two_turns = runs_in_two_turns<X> || runs_in_two_turns<Y>;
  /// A common reference may refer to a temporary, unless it is a reference to the item of either side.
  static constexpr bool lasting =
      lasting_items<X> && lasting_items<Y> &&
      (std::same_as<typename X::Item, typename Y::Item> || (lasting_reference<X> && lasting_reference<Y>));

  Chain(X x, Y y) : x_(std::move(x)), y_(std::move(y)) {}

  void start() {
    x_.start();
    y_.start();
    Known const x = x_.known();
    boundary_.set(x.ended ? x.positions : x_.total());
    std::size_t before = 0;
    if (detail::knows_total(x_, before)) check_length(before);
  }
  [[nodiscard]] Known known() const {
    Known const x = x_.known();
    if (!x.ended) return x;
    Known const y = y_.known();
    return {x.positions + y.positions, y.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t x = 0;
    std::size_t y = 0;
    return detail::knows_total(x_, x) && detail::knows_total(y_, y) ? x + y : unknown;
  }
  Known pull(std::size_t want)
    requires(pulls)
  {
    if constexpr (X::pulls) {
      if (!x_.known().ended) {
        std::size_t const before = x_.known().positions;
        Known const x = x_.pull(want);
        if (!x.ended) return x;
        check_length(x.positions);
        boundary_.set(x.positions);
        want -= x.positions - before < want ? x.positions - before : want;
      } else if (boundary_.get() == unknown) {
        boundary_.set(x_.known().positions);
      }
    }
    if constexpr (Y::pulls) {
      if (want != 0 && !y_.known().ended) (void)y_.pull(want);
    }
    return known();
  }
  Known begin_sharing(State& state, std::size_t ran)
    requires(pulls)
  {
    std::size_t const boundary = boundary_.get();
    if constexpr (X::pulls) {
      (void)x_.begin_sharing(state.x, ran < boundary ? ran : boundary);
      // If a stage dropped all of the front (the boundary is at 0), the front does not know that it has been passed.
      while (ran > boundary && !x_.known().ended) (void)x_.pull(unknown);
      // A stage of the front may have looked ahead and found its end (drop_while).
      if (boundary == unknown && x_.known().ended) boundary_.set(x_.known().positions);
    }
    if constexpr (Y::pulls) (void)y_.begin_sharing(state.y, ran > boundary ? ran - boundary : 0);
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    if constexpr (X::pulls) x_.index_first(n);
    Known const x = x_.known();
    if (!x.ended) return;
    boundary_.set(x.positions);
    if constexpr (Y::pulls) y_.index_first(n > x.positions ? n - x.positions : 0);
  }
  [[nodiscard]] State open() const { return State{x_.open(), y_.open()}; }
  void release(Block block) const noexcept
    requires(releasing<X> || releasing<Y>)
  {
    std::size_t const boundary = boundary_.get();
    if constexpr (releasing<X>) {
      if (block.first < boundary) x_.release({block.first, block.last < boundary ? block.last : boundary});
    }
    if constexpr (releasing<Y>) {
      if (block.last > boundary)
        y_.release({block.first > boundary ? block.first - boundary : 0, block.last - boundary});
    }
  }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of(x_, written).with(detail::overlap_of(y_, written).moved(std::size_t{0} - x_.total()));
  }

  /// A block that crosses the boundary is two loops instead of one test per item.
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    std::size_t const boundary = boundary_.get();
    As<K> as{k};
    if (block.first < boundary) {
      if (!x_.feed(state.x, Block{block.first, block.last < boundary ? block.last : boundary}, as)) return false;
      if (block.last <= boundary) return true;
      block.first = boundary;
    }
    // What the front kept back comes before the first item of the rear.
    if constexpr (X::whole_segments) {
      if (!state.x_closed) {
        state.x_closed = true;
        if (!x_.close(state.x, as)) return false;
      }
    }
    return y_.feed(state.y, Block{block.first - boundary, block.last - boundary}, as);
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
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, K&& k) const
    requires indexed_source<X> && indexed_source<Y>
  {
    if constexpr (in_memory<X, Item> && in_memory<Y, Item>) {
      // Both addresses are read first, so that Clang keeps them in registers instead of choosing which one to read.
      std::size_t const boundary = boundary_.get();
      auto* const x = x_.data();
      auto* const y = y_.data();
      return k(i < boundary ? x[i] : y[i - boundary]);
    } else if constexpr (std::is_lvalue_reference_v<Item> && lasting) {
      // Where the item can be kept until the side is chosen, `k` is called in one place: Clang's code for two is
      // slower.
      std::remove_reference_t<Item>* item = nullptr;
      at_either(state, i, [&item](Item x) PARALLEL_TASK_INLINE_BODY {
        item = std::addressof(x);
        return true;
      });
      return k(static_cast<Item>(*item));
    } else if constexpr (std::is_scalar_v<Item>) {
      Item item{};
      at_either(state, i, [&item](Item x) PARALLEL_TASK_INLINE_BODY {
        item = x;
        return true;
      });
      return k(static_cast<Item&&>(item));
    } else {
      return at_either(state, i, As<std::remove_reference_t<K>>{k});
    }
  }

 private:
  /// The first range has so many.
  void check_length(std::size_t x) const {
    std::size_t y = 0;
    if (detail::knows_total(y_, y) && y > unknown - x) detail::throw_too_many_positions();
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at_either(State& state, std::size_t i, K&& k) const {
    std::size_t const boundary = boundary_.get();
    return i < boundary ? x_.at(state.x, i, k) : y_.at(state.y, i - boundary, k);
  }

  /// Converts the items of either side to the type that both have in common.
  template <class K>
  struct As {
    static constexpr std::size_t unroll = unroll_of<K>;
    K& next;
    template <class T>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
  };
  template <laned K>
  struct As<K> {
    static constexpr std::size_t lanes = K::lanes;
    K& next;
    template <class T>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
    template <class T>
    PARALLEL_TASK_ALWAYS_INLINE bool lane(std::size_t j, T&& x) const {
      return next.lane(j, static_cast<Item>(static_cast<T&&>(x)));
    }
  };

  X x_;
  Y y_;
  Boundary<pulls> boundary_;
};

template <source Other>
struct ChainStage {
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
