// stride: every n-th item, from the first.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/stage/needs_index.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <indexed_source Base>
struct Stride : ByPosition<Stride<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;
  using State = typename Base::State;

  Stride(Base base, std::size_t n) : ByPosition<Stride, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] std::size_t ours(std::size_t n) const noexcept { return n / n_ + (n % n_ != 0 ? 1 : 0); }
  /// Up to the last item that is given and no further: what follows in a stream is the caller's.
  [[nodiscard]] std::size_t theirs(std::size_t n) const noexcept {
    return n == 0 ? 0 : detail::plus(detail::times(n - 1, n_), 1);
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return this->base_.at(state, i * n_, next);
  }

 private:
  std::size_t n_;
};

struct StrideStage : NeedsIndex {
  std::size_t n;
  explicit StrideStage(std::size_t every) : n(every) {
    if (n == 0) detail::throw_invalid_argument("parallel_task: stride(n): n is 0");
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Stride<Base>(std::move(base), n);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
