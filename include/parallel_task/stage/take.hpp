// take, drop and slice: a part of the positions.
#pragma once

#include <parallel_task/stage/needs_index.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <stdexcept>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Take : Over<Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Take(Base base, std::size_t n) : Over<Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return k.positions >= n_ ? Pulled{n_, true} : k;
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown || all < n_ ? all : n_;
  }
  /// Never asks for more than is taken: a stream is left where it should be.
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    Pulled const k = known();
    if (!k.ended) (void)this->base_.pull(want < n_ - k.positions ? want : n_ - k.positions);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n < n_ ? n : n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i); }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, block, k);
  }
  template <class K>
  bool close(State& state, K& k) const {
    return this->base_.close(state, k);
  }

 private:
  std::size_t n_;
};

template <indexed_source Base>
struct Drop : Over<Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Drop(Base base, std::size_t n) : Over<Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return {k.positions > n_ ? k.positions - n_ : 0, k.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown ? unknown : all > n_ ? all - n_ : 0;
  }
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    std::size_t const now = this->base_.known().positions;
    std::size_t const missing = now < n_ ? n_ - now : 0;
    (void)this->base_.pull(want > unknown - missing ? unknown : want + missing);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran == 0 ? 0 : ran + n_);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n > unknown - n_ ? unknown : n + n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i + n_); }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, Block{block.first + n_, block.last + n_}, k);
  }
  template <class K>
  bool close(State& state, K& k) const {
    return this->base_.close(state, k);
  }

 private:
  std::size_t n_;
};

struct TakeBy : NeedsIndex {
  std::size_t n;
  explicit TakeBy(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Take<Base>(std::move(base), n);
  }
};

struct DropBy : NeedsIndex {
  std::size_t n;
  explicit DropBy(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Base>(std::move(base), n);
  }
};

struct SliceBy : NeedsIndex {
  std::size_t first;
  std::size_t last;
  SliceBy(std::size_t from, std::size_t to) : first(from), last(to) {
    if (last < first) detail::throw_error(std::invalid_argument("parallel_task: slice(first, last): last is below first"));
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Take<Base>>(Take<Base>(std::move(base), last), first);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
