// enumerate: every item with its position.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/needs_index.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <indexed_source Base>
struct Enumerate : OverWalk<Base> {
  using Item = std::pair<std::size_t, typename Base::Item>;
  using Value = std::pair<std::size_t, typename Base::Value>;
  using State = typename Base::State;
  static constexpr bool plain = plain_source<Base>;
  static constexpr bool lasting = lasting_items<Base>;

  using OverWalk<Base>::OverWalk;

  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return this->base_.at(state, i, Counting<std::remove_reference_t<Next>>{next, i});
  }

  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    if constexpr (Base::pulls) {
      // Counting keeps the tight loop of a walked source below.
      Counting<K> counting{k, block.first};
      return this->base_.feed(state, block, counting);
    } else {
      return detail::feed_by_index(At<Enumerate>{*this, state}, block, k);
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  template <class K>
  struct Counting {
    K& next;
    std::size_t position;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      return next(Item(position++, static_cast<X&&>(x)));
    }
  };
};

struct EnumerateStage : NeedsIndex {
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Enumerate<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
