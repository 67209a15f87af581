// chunk and fold_chunks: as many neighbouring items at a time become one, a vector or what a closure makes of them.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/stage/chain.hpp>
#include <parallel_task/stage/fold.hpp>

#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A position is `n` of the base, the last one what is left. `D` gives `begin(count)`, what gathers so many items, and
/// `add(gathered, item)`.
template <class D, indexed_source Base>
struct InGroups : ByPosition<D, Base> {
  using State = typename Base::State;

  InGroups(Base base, std::size_t n) : ByPosition<D, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] std::size_t ours(std::size_t n) const noexcept { return n / n_; }
  [[nodiscard]] std::size_t ours_at_end(std::size_t n) const noexcept { return n / n_ + (n % n_ != 0 ? 1 : 0); }
  [[nodiscard]] std::size_t theirs(std::size_t n) const noexcept { return detail::times(n, n_); }

  // Where the base ends, the last group needs to know: it reads that without the pull role.
  void start() {
    ByPosition<D, Base>::start();
    note_end();
  }
  Known pull(std::size_t want)
    requires(Base::pulls)
  {
    Known const now = ByPosition<D, Base>::pull(want);
    note_end();
    return now;
  }
  Known begin_sharing(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    Known const now = ByPosition<D, Base>::begin_sharing(state, ran);
    note_end();
    return now;
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    ByPosition<D, Base>::index_first(n);
    note_end();
  }
  void release(Block block) const noexcept
    requires releasing<Base>
  {
    this->base_.release({up_to_end(block.first), up_to_end(block.last)});
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    D const& self = static_cast<D const&>(*this);
    Block const block{i * n_, up_to_end(i + 1)};
    auto gathered = self.begin(block.size());
    Adding<decltype(gathered)> adding{self, gathered};
    this->base_.feed(state, block, adding);
    return next(std::move(gathered));
  }

 private:
  template <class Gathered>
  struct Adding {
    D const& stage;
    Gathered& gathered;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      stage.add(gathered, static_cast<X&&>(x));
      return true;
    }
  };
  void note_end() {
    Known const base = this->base_.known();
    if (base.ended) end_.set(base.positions);
  }
  [[nodiscard]] std::size_t up_to_end(std::size_t i) const noexcept {
    std::size_t const there = theirs(i);
    std::size_t const end = end_.get();
    return there < end ? there : end;
  }

  std::size_t n_;
  Boundary<Base::pulls> end_;
};

template <indexed_source Base>
struct Chunk : InGroups<Chunk<Base>, Base> {
  using Item = std::vector<typename Base::Value>;
  using Value = Item;

  using InGroups<Chunk, Base>::InGroups;

  [[nodiscard]] Item begin(std::size_t count) const {
    Item items;
    items.reserve(count);
    return items;
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void add(Item& items, X&& x) const {
    items.emplace_back(static_cast<X&&>(x));
  }
};

template <indexed_source Base, class Make, class F>
struct FoldChunks : InGroups<FoldChunks<Base, Make, F>, Base> {
  using Item = std::invoke_result_t<Make const&>;
  using Value = Item;

  FoldChunks(Base base, std::size_t n, Make make, F f)
      : InGroups<FoldChunks, Base>(std::move(base), n), make_(std::move(make)), f_(std::move(f)) {}

  [[nodiscard]] Item begin(std::size_t) const { return detail::invoke(make_); }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void add(Item& folded, X&& x) const {
    detail::fold_in(f_, folded, static_cast<X&&>(x));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

struct ChunkStage {
  static constexpr bool is_stage = true;
  std::size_t n;
  explicit ChunkStage(std::size_t length) : n(length) {
    if (n == 0) detail::throw_invalid_argument("parallel_task: chunk(n): n is 0");
  }
  template <source Base>
  static consteval Problem problem() {
    if constexpr (!indexed_source<Base>) {
      return Problem::index_lost;
    } else {
      constexpr bool fits = std::constructible_from<typename Base::Value, typename Base::Item>;
      return fits ? Problem::none : Problem::chunk_not_copyable;
    }
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Chunk<Base>(std::move(base), n);
  }
};

template <class N, class Make, class F>
struct FoldChunksStage {
  static constexpr bool is_stage = true;
  N n;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (!whole_number<N>) {
      return Problem::count_not_a_number;
    } else if constexpr (!indexed_source<Base>) {
      return Problem::index_lost;
    } else {
      return FoldStage<Make, F>::template problem<Base>();
    }
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    std::size_t const length = detail::count_from(n);
    if (length == 0) {
      detail::throw_invalid_argument("parallel_task: fold_chunks(n, make, f): n must be at least 1");
    }
    return FoldChunks<Base, Make, F>(std::move(base), length, std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
