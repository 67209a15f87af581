// map_init: map with scratch space that no two threads share, a state a segment or a state a thread.
//
// Pairing: a thread puts its state on the list by compare-and-swap (release), and others walk past it (acquire). Only
// the thread itself uses the state; all are destroyed when the call has closed, by whom all that was done in it has
// reached, so that the list's head is read relaxed then.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/per_thread.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/takes_copy.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/worker/process.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

namespace detail {

/// A state for each thread that asks.
template <class Own>
class ThreadStates {
 public:
  ThreadStates() = default;
  ThreadStates(ThreadStates&& other) noexcept : first_(other.first_.exchange(nullptr, detail::memory_order_relaxed)) {}
  ~ThreadStates() {
    Node* node = first_.load(detail::memory_order_relaxed);
    while (node != nullptr) delete std::exchange(node, node->next);
  }

  template <class Make>
  [[nodiscard]] Own& get(Make const& make) {
    // Of the threads that are not the library's only one computes in a call: its caller, with the number 0.
    std::uint32_t const thread = detail::number_of_this_thread();
    Node* first = first_.load(detail::memory_order_acquire);
    for (Node* node = first; node != nullptr; node = node->next) {
      if (node->thread == thread) return node->own;
    }
    Node* const node = new Node{thread, first, make()};  // nothing is on the list if `make` throws
    // Expected in a variable of its own: a compiler may write that after the exchange, when others read the node.
    while (!first_.compare_exchange_weak(first, node, detail::memory_order_release, detail::memory_order_relaxed)) {
      node->next = first;
    }
    return node->own;
  }

 private:
  struct Node {
    std::uint32_t thread;
    Node* next;
    Own own;
  };
  detail::atomic<Node*> first_{nullptr};
};

template <class Make>
consteval Problem maker_problem() {
  if constexpr (!std::invocable<Make const&>) {
    return Problem::make_not_callable;
  } else {
    return std::is_object_v<std::invoke_result_t<Make const&>> ? Problem::none : Problem::make_returns_reference;
  }
}

/// `make()` gives a segment its state, when its first item comes; `f(state, item)` may change it.
template <source Base, class Make, class F>
struct MapInit : ByState<MapInit<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<MapInit<Base, Make, F>, Base, Own>;
  using Item = call_t<F, typename Base::Item, Own>;
  using Value = std::remove_cvref_t<Item>;

  static constexpr bool keeps_index = true;
  static constexpr Problem on_ranks =
      changes_items<F, typename Base::Item, Own&> ? Problem::on_changes_items : detail::problem_on_ranks<Base>();

  MapInit(Base base, Make maker, F f) : Parent(std::move(base)), make_(std::move(maker)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(Own& own, X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x), own));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

/// The same with a state of the thread's. No call of another thread's uses it meanwhile: a thread has a call's items on
/// its stack once only.
template <source Base, class Make, class F>
struct MapPerThread : OverWalk<Base> {
  using Own = std::invoke_result_t<Make const&>;
  using Item = call_t<F, typename Base::Item, Own>;
  using Value = std::remove_cvref_t<Item>;
  using State = typename Base::State;
  static constexpr Problem on_ranks =
      changes_items<F, typename Base::Item, Own&> ? Problem::on_changes_items : detail::problem_on_ranks<Base>();

  MapPerThread(Base base, Make maker, F f)
      : OverWalk<Base>(std::move(base)), make_(std::move(maker)), f_(std::move(f)) {}

  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }
  void in_any_order()
    requires reorderable<Base>
  {
    this->base_.in_any_order();
  }
  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(Own& own, X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x), own));
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    ThroughOwn<MapPerThread, Own, K> through{*this, states_.get(make_), k};
    return this->base_.feed(state, block, through);
  }
  template <class K>
  bool close(State& state, K& k) const {
    if constexpr (Base::whole_segments) {
      ThroughOwn<MapPerThread, Own, K> through{*this, states_.get(make_), k};
      return this->base_.close(state, through);
    } else {
      return true;
    }
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, K&& k) const
    requires indexed_source<Base>
  {
    ThroughOwn<MapPerThread, Own, std::remove_reference_t<K>> through{*this, states_.get(make_), k};
    return this->base_.at(state, i, through);
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
  mutable ThreadStates<Own> states_;
};

template <class Make, class F>
struct MapInitStage {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Own = std::invoke_result_t<Make const&>;
      if constexpr (closure_problem<F, typename Base::Item, Own&>() != Problem::none) {
        return closure_problem<F, typename Base::Item, Own&>();
      } else if constexpr (std::is_void_v<call_t<F, typename Base::Item, Own>>) {
        return Problem::map_to_nothing;
      } else {
        return takes_copy<F, Own, typename Base::Item>() ? Problem::map_init_changes_copy : Problem::none;
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    if constexpr (is_per_thread<Make>) {
      return MapPerThread<Base, Make, F>(std::move(base), std::move(make), std::move(f));
    } else {
      return MapInit<Base, Make, F>(std::move(base), std::move(make), std::move(f));
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
