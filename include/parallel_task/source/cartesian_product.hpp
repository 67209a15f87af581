// cartesian_product: each item of one range with each of another, in the order of two nested loops.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/make_source.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class A, class B>
struct PairsOf {
  using Item = std::pair<typename A::Item, typename B::Item>;
  using Value = std::pair<std::ranges::range_value_t<typename A::Range>, std::ranges::range_value_t<typename B::Range>>;
  static constexpr bool lasting =
      (!std::is_reference_v<typename A::Item> ||
       lasting_range<typename A::Range>)&&(!std::is_reference_v<typename B::Item> || lasting_range<typename B::Range>);
};

/// Of two ranges with random access: a position is a pair of indices.
template <class A, class B>
struct CartesianProduct : ByIndex<CartesianProduct<A, B>>, PairsOf<A, B> {
  using typename PairsOf<A, B>::Item;

  CartesianProduct(A a, B b) : a_(std::move(a)), b_(std::move(b)) {}

  void start() {
    first_ = std::ranges::begin(a_.get());
    second_ = std::ranges::begin(b_.get());
    width_ = static_cast<std::size_t>(std::ranges::size(b_.get()));
    auto const height = static_cast<std::size_t>(std::ranges::size(a_.get()));
    size_ = detail::times(height, width_);
    if (size_ == unknown) {
      detail::throw_length_error("parallel_task: cartesian_product: more pairs than std::size_t can count");
    }
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of_range(a_.get(), written).with(detail::overlap_of_range(b_.get(), written)).scattered();
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    auto const x = first_ + static_cast<std::iter_difference_t<First>>(i / width_);
    auto const y = second_ + static_cast<std::iter_difference_t<Second>>(i % width_);
    return next(Item(A::item(x), B::item(y)));
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(Stateless&, Block block, K& k) const {
    for (std::size_t i = block.first; i < block.last;) {
      std::size_t const column = i % width_;
      std::size_t const rest = width_ - column;
      std::size_t const n = rest < block.last - i ? rest : block.last - i;
      auto const x = first_ + static_cast<std::iter_difference_t<First>>(i / width_);
      auto y = second_ + static_cast<std::iter_difference_t<Second>>(column);
      for (std::size_t left = n; left != 0; --left, static_cast<void>(++y)) {
        if (!k(Item(A::item(x), B::item(y)))) return false;
      }
      i += n;
    }
    return true;
  }

 private:
  using First = std::ranges::iterator_t<typename A::Range>;
  using Second = std::ranges::iterator_t<typename B::Range>;
  A a_;
  B b_;
  First first_{};
  Second second_{};
  std::size_t width_ = 0;
  std::size_t size_ = 0;
};

/// Of others: whoever has an item of the first walks the second.
template <source Base, class A, class B>
struct WalkedProduct : ByStep<WalkedProduct<Base, A, B>, Base>, PairsOf<A, B> {
  using typename PairsOf<A, B>::Item;
  using typename PairsOf<A, B>::Value;
  using PairsOf<A, B>::lasting;
  static constexpr bool owns = false;

  WalkedProduct(Base base, B b) : ByStep<WalkedProduct, Base>(std::move(base)), b_(std::move(b)) {}

  void start() {
    ByStep<WalkedProduct, Base>::start();
    begin_ = std::ranges::begin(b_.get());
    end_ = std::ranges::end(b_.get());
  }
  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    for (auto it = begin_; !(it == end_); ++it) {
      if (!next(Item(static_cast<typename A::Item>(x), B::item(it)))) return false;  // x is needed again
    }
    return true;
  }

 private:
  B b_;
  std::ranges::iterator_t<typename B::Range> begin_{};
  std::ranges::sentinel_t<typename B::Range> end_{};
};

template <class A, class B>
auto product_of(A&& a, B&& b) {
  auto first = detail::holder_of(std::forward<A>(a));
  auto second = detail::holder_of(std::forward<B>(b));
  using First = decltype(first);
  using Second = decltype(second);
  if constexpr (sized_random_access<typename First::Range> && sized_random_access<typename Second::Range>) {
    return CartesianProduct<First, Second>(std::move(first), std::move(second));
  } else {
    auto base = detail::hold(std::move(first));
    return WalkedProduct<decltype(base), First, Second>(std::move(base), std::move(second));
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
