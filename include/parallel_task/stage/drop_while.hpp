// drop_while: the items from the first on that fails a predicate.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How an item waits for the thread that gets its position: as it is if what it refers to lasts, else as a value.
template <class S>
struct KeptItem {
  using Item = typename S::Item;
  using Stored =
      std::conditional_t<lasting_reference<S>, std::remove_reference_t<Item>*,
                         std::conditional_t<lasting_items<S> && std::is_object_v<Item>, Item, typename S::Value>>;
  Stored stored;
  template <class X>
  explicit KeptItem(X&& x) : stored(store(static_cast<X&&>(x))) {}
  [[nodiscard]] Item give() {
    if constexpr (lasting_reference<S>) {
      return *stored;
    } else if constexpr (std::is_lvalue_reference_v<Item>) {
      return static_cast<Item>(stored);
    } else {
      return static_cast<Item>(std::move(stored));
    }
  }

 private:
  template <class X>
  static decltype(auto) store(X&& x) {
    if constexpr (lasting_reference<S>) {
      return std::addressof(x);
    } else {
      return static_cast<X&&>(x);
    }
  }
};

/// Which item is the first to be passed on is known when all before it have been looked at. So they run in order: while
/// one thread is alone, as it goes along; then before others come in, in begin_sharing. Positions are those of the
/// base: the ones before the cut give nothing.
template <source Base, class P>
struct DropWhile : Over<Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;
  static constexpr bool pulls = true;
  static constexpr bool lasting = lasting_items<Base>;
  static constexpr float least_cost = Base::pulls ? 20 : 0;  // of what is walked, as in Run::job

  DropWhile(Base base, P predicate) : Over<Base>(std::move(base)), predicate_(std::move(predicate)) {}

  [[nodiscard]] Known known() const {
    if constexpr (Base::pulls) {
      if (is_abandoned_) {
        std::size_t const all = this->base_.total();
        return {all == unknown ? first_left_ : all, true};
      }
    }
    return this->base_.known();
  }
  Known pull(std::size_t want) {
    if constexpr (Base::pulls) {
      if (want != 0) pulled_ = true;
      if (!is_abandoned_) return this->base_.pull(want);
    }
    return known();
  }
  Known begin_sharing(State& state, std::size_t ran) {
    look_from(state, ran, true);
    if constexpr (Base::pulls) {
      if (!stopped_) return this->base_.begin_sharing(state, first_left_);
      is_abandoned_ = true;
    }
    return known();
  }
  void index_first(std::size_t n) {
    if constexpr (Base::pulls) this->base_.index_first(n);
    State state = this->base_.open();
    look_from(state, 0, false);
  }
  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }
  void release(Block block) const noexcept
    requires releasing<Base>
  {
    std::size_t const first = block.first < first_left_ ? first_left_ : block.first;
    if (first < block.last) this->base_.release({first, block.last});
  }
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    if (shared_from_ == unknown) {
      Alone<K> alone{*this, k};
      if (this->base_.feed(state, block, alone)) return true;
      // The input is cut, or nobody wants more of it. A drop_while behind this one, which has looked, still shares it.
      stopped_ = true;
      dropping_ = false;
      return false;
    }
    if (block.first < first_left_) {
      if (block.last < first_left_) return true;
      // The block has the position that was the last to be looked at, or begins behind it.
      for (KeptItem<Base>& item : kept_) {
        if (!k(item.give())) return false;
      }
      if (stopped_) return false;
      block.first = first_left_;
      if (block.empty()) return true;
    }
    return !stopped_ && this->base_.feed(state, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  /// Looks at items, and keeps what is to be passed on.
  struct Looking {
    DropWhile& stage;
    template <class X>
    bool operator()(X&& x) const {
      if (!stage.is_dropped(x)) stage.kept_.emplace_back(static_cast<X&&>(x));
      return true;
    }
  };
  template <class K>
  struct Alone {
    DropWhile const& stage;
    K& next;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      return stage.is_dropped(x) || next(static_cast<X&&>(x));
    }
  };
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool is_dropped(X& x) const {
    if (dropping_) dropping_ = static_cast<bool>(detail::call(predicate_, detail::look(x)));
    return dropping_;
  }
  /// Runs positions from `first` on until it is known what is passed on. `further`: this is still the only thread, and
  /// more positions may be asked for.
  void look_from(State& state, std::size_t first, bool further) {
    shared_from_ = first;
    Looking looking{*this};
    for (; dropping_ && is_there(first, further); ++first) {
      if (!this->base_.feed(state, Block{first, first + 1}, looking)) {
        stopped_ = true;
        dropping_ = false;
      }
    }
    Known const now = this->base_.known();
    first_left_ = now.ended && now.positions < first ? now.positions : first;
  }
  /// Whether there may be a position i. An open-ended base that was not pulled finds its end when it is fed beyond
  /// that, and nothing comes of it.
  [[nodiscard]] bool is_there(std::size_t i, bool further) {
    Known now = this->base_.known();
    if (i < now.positions) return true;
    if (now.ended || !further) return false;
    if constexpr (maybe_open_ended<Base> && Base::pulls) {
      if (!pulled_ && this->base_.is_open_ended()) {
        now = this->base_.pull(0);
        return !now.ended;
      }
    }
    if constexpr (Base::pulls) now = this->base_.pull(1);
    return i < now.positions;
  }

  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate_;
  mutable bool dropping_ = true;  // changed while one thread is alone
  bool pulled_ = false;
  mutable bool stopped_ = false;  // what is left of the input is passed to nobody, as was seen while a thread was alone
  bool is_abandoned_ = false;     // so the base was not shared, and is asked for nothing any more
  std::size_t shared_from_ = unknown;
  std::size_t first_left_ = 0;                // positions before it ran alone, or gave what is kept
  mutable std::vector<KeptItem<Base>> kept_;  // used by the thread that gets the last of them
};

template <class P>
struct DropWhileStage {
  static constexpr bool is_stage = true;
  P predicate;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (Base::whole_segments) {
      return Problem::drop_while_after_fold;
    } else {
      return predicate_problem<P, typename Base::Item>();
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return DropWhile<Base, P>(std::move(base), std::move(predicate));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
