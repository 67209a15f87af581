// reverse: from the last item to the first.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/needs_index.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <indexed_source Base>
struct Reverse {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;
  static constexpr bool owns = owns_data<Base>;
  static constexpr Problem on_ranks = detail::problem_on_ranks<Base>();
  using State = typename Base::State;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  explicit Reverse(Base base) : base_(std::move(base)) {}

  void start() {
    base_.start();
    // The last item comes first: a walked source has to walk to its end.
    if constexpr (Base::pulls) base_.index_first(unknown);
    size_ = base_.known().positions;
  }
  [[nodiscard]] Known known() const { return {size_, true}; }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] State open() const { return base_.open(); }
  [[nodiscard]] Overlap overlap(Written const& written) { return detail::overlap_of(base_, written).scattered(); }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return base_.at(state, size_ - 1 - i, next);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<Reverse>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  Base base_;
  std::size_t size_ = 0;
};

struct ReverseStage : NeedsIndex {
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Reverse<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
