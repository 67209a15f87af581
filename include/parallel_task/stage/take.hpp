// take, drop and slice: a part of the positions.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/stage/needs_index.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <indexed_source Base>
struct Take : ByPosition<Take<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;
  using State = typename Base::State;

  Take(Base base, std::size_t n) : ByPosition<Take, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] std::size_t ours(std::size_t n) const noexcept { return n < n_ ? n : n_; }
  [[nodiscard]] std::size_t theirs(std::size_t n) const noexcept { return ours(n); }
  [[nodiscard]] std::size_t most() const noexcept { return n_; }
  [[nodiscard]] Overlap overlap(Written const& written) { return detail::overlap_of(this->base_, written); }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return this->base_.at(state, i, next);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, block, k);
  }

 private:
  std::size_t n_;
};

template <indexed_source Base>
struct Drop : ByPosition<Drop<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;
  using State = typename Base::State;

  Drop(Base base, std::size_t n) : ByPosition<Drop, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] std::size_t ours(std::size_t n) const noexcept { return n > n_ ? n - n_ : 0; }
  [[nodiscard]] std::size_t theirs(std::size_t n) const noexcept { return n == 0 ? 0 : detail::plus(n, n_); }
  [[nodiscard]] Overlap overlap(Written const& written) { return detail::overlap_of(this->base_, written).moved(n_); }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return this->base_.at(state, i + n_, next);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, Block{block.first + n_, detail::plus(block.last, n_)}, k);
  }
  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }

 private:
  std::size_t n_;
};

struct TakeStage : NeedsIndex {
  std::size_t n;
  explicit TakeStage(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Take<Base>(std::move(base), n);
  }
};

struct DropStage : NeedsIndex {
  std::size_t n;
  explicit DropStage(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Base>(std::move(base), n);
  }
};

struct SliceStage : NeedsIndex {
  std::size_t first;
  std::size_t last;
  SliceStage(std::size_t from, std::size_t to) : first(from), last(to) {
    if (last < first) detail::throw_invalid_argument("parallel_task: slice(first, last): last is below first");
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Take<Base>>(Take<Base>(std::move(base), last), first);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
