// Pipelines whose type does not say what they are made of, so that a test can put them together at run time.
//
// An erased source hands on all of the source contract (core/concepts.hpp) by virtual functions; its items are numbers.
// What the contract says by type remains in the type: whether there is an index, whether positions are pulled, whether it
// cuts by order.
#pragma once

#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

namespace property {

namespace pt = parallel_task;

using Number = std::int64_t;

struct AnyState {
  virtual ~AnyState() = default;
};

/// A sink, erased.
struct AnySink {
  void* self;
  bool (*take)(void* self, Number x);
  bool operator()(Number x) const { return take(self, x); }
};

struct AnySource {
  virtual ~AnySource() = default;
  virtual void start() = 0;
  [[nodiscard]] virtual pt::Pulled known() const = 0;
  [[nodiscard]] virtual std::size_t total() const = 0;
  virtual pt::Pulled pull(std::size_t want) = 0;
  virtual pt::Pulled share(AnyState& state, std::size_t ran) = 0;
  virtual void index_first(std::size_t n) = 0;
  [[nodiscard]] virtual std::unique_ptr<AnyState> open() const = 0;
  virtual bool feed(AnyState& state, pt::Block block, AnySink sink) const = 0;
  virtual bool close(AnyState& state, AnySink sink) const = 0;
  virtual Number at(AnyState& state, std::size_t i) const = 0;
};

template <class S>
class Model final : public AnySource {
 public:
  explicit Model(S source) : source_(std::move(source)) {}
  void start() override { source_.start(); }
  [[nodiscard]] pt::Pulled known() const override { return source_.known(); }
  [[nodiscard]] std::size_t total() const override { return source_.total(); }
  pt::Pulled pull([[maybe_unused]] std::size_t want) override {
    if constexpr (S::pulls) {
      return source_.pull(want);
    } else {
      return source_.known();
    }
  }
  pt::Pulled share([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t ran) override {
    if constexpr (S::pulls) {
      return source_.share(of(state), ran);
    } else {
      return source_.known();
    }
  }
  void index_first([[maybe_unused]] std::size_t n) override {
    if constexpr (S::pulls) source_.index_first(n);
  }
  [[nodiscard]] std::unique_ptr<AnyState> open() const override { return std::make_unique<State>(source_.open()); }
  bool feed(AnyState& state, pt::Block block, AnySink sink) const override {
    Numbers numbers{sink};
    return source_.feed(of(state), block, numbers);
  }
  bool close(AnyState& state, AnySink sink) const override {
    Numbers numbers{sink};
    return source_.close(of(state), numbers);
  }
  Number at([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t i) const override {
    if constexpr (pt::indexed_source<S>) {
      return static_cast<Number>(source_.at(of(state), i));
    } else {
      return 0;
    }
  }

 private:
  struct State final : AnyState {
    explicit State(typename S::State s) : own(std::move(s)) {}
    typename S::State own;
  };
  struct Numbers {
    AnySink sink;
    template <class X>
    bool operator()(X&& x) const {
      return sink(static_cast<Number>(x));
    }
  };
  static typename S::State& of(AnyState& state) { return static_cast<State&>(state).own; }

  S source_;
};

/// What stays in the type of an erased source.
template <bool is_indexed, bool is_pulled, bool cuts_by_order>
class Erased {
 public:
  using Item = Number;
  using Value = Number;
  using State = std::unique_ptr<AnyState>;
  static constexpr bool pulls = is_pulled;
  static constexpr pt::Cut cut = cuts_by_order ? pt::Cut::later : pt::Cut::everything;
  static constexpr bool whole_segments = false;

  explicit Erased(std::unique_ptr<AnySource> source) : source_(std::move(source)) {}
  void start() { source_->start(); }
  [[nodiscard]] pt::Pulled known() const { return source_->known(); }
  [[nodiscard]] std::size_t total() const { return source_->total(); }
  pt::Pulled pull(std::size_t want)
    requires is_pulled
  {
    return source_->pull(want);
  }
  pt::Pulled share(State& state, std::size_t ran)
    requires is_pulled
  {
    return source_->share(*state, ran);
  }
  void index_first(std::size_t n)
    requires is_pulled
  {
    source_->index_first(n);
  }
  [[nodiscard]] State open() const { return source_->open(); }
  template <class K>
  bool feed(State& state, pt::Block block, K& k) const {
    return source_->feed(*state, block, {&k, [](void* self, Number x) { return (*static_cast<K*>(self))(std::move(x)); }});
  }
  template <class K>
  bool close(State& state, K& k) const {
    return source_->close(*state, {&k, [](void* self, Number x) { return (*static_cast<K*>(self))(std::move(x)); }});
  }
  [[nodiscard]] Number at(State& state, std::size_t i) const
    requires is_indexed
  {
    return source_->at(*state, i);
  }

 private:
  std::unique_ptr<AnySource> source_;
};

template <bool indexed, bool pulled, bool cuts>
using Erasure = pt::Pipeline<Erased<indexed, pulled, cuts>>;

/// A pipeline of numbers, of any make.
using Pipeline = std::variant<Erasure<true, false, false>, Erasure<true, true, false>, Erasure<false, false, false>,
                              Erasure<false, true, false>, Erasure<false, false, true>, Erasure<false, true, true>>;

template <class P>
Pipeline erase(P pipeline) {
  using S = std::remove_cvref_t<decltype(pt::detail::Access::source(pipeline))>;
  constexpr bool indexed = pt::indexed_source<S>;
  constexpr bool cuts = S::cut == pt::Cut::later;
  using E = Erased<indexed, S::pulls, cuts>;
  static_assert(pt::complete_source<E>);
  static_assert(!S::whole_segments, "what fold gives depends on the run");
  return pt::Pipeline<E>(E(std::make_unique<Model<S>>(pt::detail::Access::source(pipeline))));
}

template <class P>
concept indexed = pt::indexed_source<std::remove_cvref_t<decltype(pt::detail::Access::source(std::declval<P&>()))>>;
template <class P>
inline constexpr bool cuts_by_order =
    std::remove_cvref_t<decltype(pt::detail::Access::source(std::declval<P&>()))>::cut == pt::Cut::later;

}  // namespace property
