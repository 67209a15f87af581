// stride: every n-th item, from the first.
#pragma once

#include <parallel_task/stage/needs_index.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <stdexcept>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Stride : ByIndexOver<Stride<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Stride(Base base, std::size_t n) : ByIndexOver<Stride, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return {rounded_up(k.positions), k.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown ? unknown : rounded_up(all);
  }
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    (void)this->base_.pull(want > unknown / n_ ? unknown : want * n_);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran == 0 ? 0 : (ran - 1) * n_ + 1);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n > unknown / n_ ? unknown : n * n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i * n_); }

 private:
  [[nodiscard]] std::size_t rounded_up(std::size_t positions) const {
    return positions / n_ + (positions % n_ != 0 ? 1 : 0);
  }
  std::size_t n_;
};

struct StrideBy : NeedsIndex {
  std::size_t n;
  explicit StrideBy(std::size_t every) : n(every) {
    if (n == 0) detail::throw_error(std::invalid_argument("parallel_task: stride(n): n is 0"));
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Stride<Base>(std::move(base), n);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
