// What an adaptor derives from: ByIndex, ByStep or ByState. Each leaves about ten lines to write.
#pragma once

#include <parallel_task/core/feed.hpp>

#include <optional>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct Stateless {};

/// A source whose items are a function of the index: `D` gives `total()` and `at(state, i)`.
template <class D>
struct ByIndex {
  using State = Stateless;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  void start() {}
  [[nodiscard]] Pulled known() const { return {static_cast<D const&>(*this).total(), true}; }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<D>{static_cast<D const&>(*this), state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
};

/// All of a source's contract, handed on to the source below. A stage redefines what it changes.
template <source Base>
struct Over {
  using State = typename Base::State;
  static constexpr bool pulls = Base::pulls;
  static constexpr Cut cut = Base::cut;
  static constexpr bool whole_segments = Base::whole_segments;

  Base base_;

  explicit Over(Base base) : base_(std::move(base)) {}
  void start() { base_.start(); }
  [[nodiscard]] Pulled known() const { return base_.known(); }
  [[nodiscard]] std::size_t total() const { return base_.total(); }
  [[nodiscard]] Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    return base_.pull(want);
  }
  [[nodiscard]] Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return base_.share(state, ran);
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    base_.index_first(n);
  }
  [[nodiscard]] State open() const { return base_.open(); }
};

/// A stage that looks at one item after the other: `D` gives `step(item, next) -> bool`, and `at` where its base has it
/// and every item gives exactly one.
template <class D, source Base>
struct ByStep : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    Through<D, K> through{static_cast<D const&>(*this), k};
    return this->base_.feed(state, block, through);
  }
  template <class K>
  bool close(State& state, K& k) const {
    Through<D, K> through{static_cast<D const&>(*this), k};
    return this->base_.close(state, through);
  }
};

/// A stage with a state per segment: `D` gives `make() -> Own`, `step(own, item, next)` and, if it keeps something back,
/// `flush(own, next)`. The state is made when the segment gets its first block, so at most once.
template <class D, source Base, class Own>
struct ByState : Over<Base> {
  struct State {
    typename Base::State base;
    std::optional<Own> own;
  };
  using Over<Base>::Over;

  [[nodiscard]] Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return this->base_.share(state.base, ran);
  }
  [[nodiscard]] State open() const { return State{this->base_.open(), std::nullopt}; }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
    return this->base_.feed(state.base, block, through);
  }
  template <class K>
  bool close(State& state, K& k) const {
    // A stage below may still hold items back; they pass through this one first.
    bool more = true;
    if constexpr (Base::whole_segments) {
      ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
      more = this->base_.close(state.base, through);
    }
    if constexpr (requires { static_cast<D const&>(*this).flush(*state.own, k); }) {
      if (state.own) return static_cast<D const&>(*this).flush(*state.own, k) && more;
    }
    return more;
  }

 protected:
  Own& own(State& state) const {
    if (!state.own) {
      // Made in place: a state that can't be moved will do.
      struct Make {
        D const& stage;
        operator Own() const { return stage.make(); }  // NOLINT
      };
      state.own.emplace(Make{static_cast<D const&>(*this)});
    }
    return *state.own;
  }
};

/// The source below, and a result that depends on the index: `D` gives `at(state, i)`.
template <class D, source Base>
struct ByIndexOver : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<D>{static_cast<D const&>(*this), state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
