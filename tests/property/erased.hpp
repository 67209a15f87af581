// Pipelines whose type does not say what they are made of, so that a test can put them together at run time.
//
// An erased source hands on all of the source contract (core/concepts.hpp) by virtual functions; its items are numbers,
// or what a test names.
// What the contract says by type remains in the type: whether there is an index, whether positions are pulled, whether
// it cuts by order.
//
// A model and its states are owned as what they derive from: a std::unique_ptr for the type of each, as
// std::make_unique has it, is a third of what files of many pipelines take to compile.
#pragma once

#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace property {

namespace pt = parallel_task;

using Number = std::int64_t;

struct AnyState {
  virtual ~AnyState() = default;
};

/// A sink, erased.
template <class Item>
struct AnySink {
  void* self;
  bool (*take)(void* self, Item x);
  bool operator()(Item x) const { return take(self, static_cast<Item&&>(x)); }

  template <class K>
  static AnySink of(K& k) {
    return {&k, [](void* sink, Item x) { return (*static_cast<K*>(sink))(static_cast<Item&&>(x)); }};
  }
};

template <class Item>
struct AnySource {
  virtual ~AnySource() = default;
  virtual void start() = 0;
  [[nodiscard]] virtual pt::Known known() const = 0;
  [[nodiscard]] virtual std::size_t total() const = 0;
  virtual pt::Known pull(std::size_t want) = 0;
  virtual pt::Known begin_sharing(AnyState& state, std::size_t ran) = 0;
  virtual void index_first(std::size_t n) = 0;
  /// `unknown` if it can't be walked.
  [[nodiscard]] virtual std::size_t walk(AnyState& state, std::size_t n) const = 0;
  [[nodiscard]] virtual std::size_t join_walk(AnyState& state, std::size_t n) = 0;
  virtual void leave_walk(AnyState& state) = 0;
  [[nodiscard]] virtual bool is_open_ended() const = 0;
  virtual void release(pt::Block block) const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<AnyState> open() const = 0;
  virtual bool feed(AnyState& state, pt::Block block, AnySink<Item> sink) const = 0;
  virtual bool close(AnyState& state, AnySink<Item> sink) const = 0;
  virtual bool at(AnyState& state, std::size_t i, AnySink<Item> next) const = 0;
};

template <class S, class Item>
class Model final : public AnySource<Item> {
 public:
  explicit Model(S source) : source_(std::move(source)) {}
  void start() override { source_.start(); }
  [[nodiscard]] pt::Known known() const override { return source_.known(); }
  [[nodiscard]] std::size_t total() const override { return source_.total(); }
  pt::Known pull([[maybe_unused]] std::size_t want) override {
    if constexpr (S::pulls) {
      return source_.pull(want);
    } else {
      return source_.known();
    }
  }
  pt::Known begin_sharing([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t ran) override {
    if constexpr (S::pulls) {
      return source_.begin_sharing(of(state), ran);
    } else {
      return source_.known();
    }
  }
  void index_first([[maybe_unused]] std::size_t n) override {
    if constexpr (S::pulls) source_.index_first(n);
  }
  [[nodiscard]] std::size_t walk([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t n) const override {
    if constexpr (pt::detail::walkable<S>) {
      return source_.walk(of(state), n);
    } else {
      return pt::unknown;
    }
  }
  [[nodiscard]] std::size_t join_walk([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t n) override {
    if constexpr (pt::detail::joins_walk<S>) {
      return source_.join_walk(of(state), n);
    } else {
      return 0;
    }
  }
  void leave_walk([[maybe_unused]] AnyState& state) override {
    if constexpr (pt::detail::joins_walk<S>) source_.leave_walk(of(state));
  }
  [[nodiscard]] bool is_open_ended() const override {
    if constexpr (pt::detail::maybe_open_ended<S>) {
      return source_.is_open_ended();
    } else {
      return false;
    }
  }
  void release([[maybe_unused]] pt::Block block) const noexcept override {
    if constexpr (pt::detail::releasing<S>) source_.release(block);
  }
  [[nodiscard]] std::unique_ptr<AnyState> open() const override {
    return std::unique_ptr<AnyState>(new State(source_.open()));
  }
  bool feed(AnyState& state, pt::Block block, AnySink<Item> sink) const override {
    Items items{sink};
    return source_.feed(of(state), block, items);
  }
  bool close(AnyState& state, AnySink<Item> sink) const override {
    Items items{sink};
    return source_.close(of(state), items);
  }
  bool at([[maybe_unused]] AnyState& state, [[maybe_unused]] std::size_t i, AnySink<Item> next) const override {
    if constexpr (pt::indexed_source<S>) {
      return source_.at(of(state), i, Items{next});
    } else {
      return false;
    }
  }

 private:
  struct State final : AnyState {
    explicit State(typename S::State s) : own(std::move(s)) {}
    typename S::State own;
  };
  struct Items {
    AnySink<Item> sink;
    template <class X>
    bool operator()(X&& x) const {
      return sink(static_cast<Item>(x));
    }
  };
  static typename S::State& of(AnyState& state) { return static_cast<State&>(state).own; }

  S source_;
};

/// What stays in the type of an erased source.
template <bool is_indexed, bool is_pulled, bool cuts_by_order, class What = Number>
class Erased {
 public:
  using Item = What;
  using Value = std::remove_cvref_t<Item>;
  using State = std::unique_ptr<AnyState>;
  static constexpr bool pulls = is_pulled;
  static constexpr pt::Cut cut = cuts_by_order ? pt::Cut::later : pt::Cut::everything;
  static constexpr bool whole_segments = false;

  explicit Erased(std::unique_ptr<AnySource<Item>> source) : source_(std::move(source)) {}
  void start() { source_->start(); }
  [[nodiscard]] pt::Known known() const { return source_->known(); }
  [[nodiscard]] std::size_t total() const { return source_->total(); }
  pt::Known pull(std::size_t want)
    requires is_pulled
  {
    return source_->pull(want);
  }
  pt::Known begin_sharing(State& state, std::size_t ran)
    requires is_pulled
  {
    return source_->begin_sharing(*state, ran);
  }
  void index_first(std::size_t n)
    requires is_pulled
  {
    source_->index_first(n);
  }
  [[nodiscard]] bool is_open_ended() const { return source_->is_open_ended(); }
  void release(pt::Block block) const noexcept { source_->release(block); }
  [[nodiscard]] State open() const { return source_->open(); }
  template <class K>
  bool feed(State& state, pt::Block block, K& k) const {
    return source_->feed(*state, block, AnySink<Item>::of(k));
  }
  template <class K>
  bool close(State& state, K& k) const {
    return source_->close(*state, AnySink<Item>::of(k));
  }
  template <class K>
  bool at(State& state, std::size_t i, K&& k) const
    requires is_indexed
  {
    return source_->at(*state, i, AnySink<Item>::of(k));
  }

 private:
  std::unique_ptr<AnySource<Item>> source_;
};

template <bool indexed, bool pulled, bool cuts, class Item = Number>
using Erasure = pt::Pipeline<Erased<indexed, pulled, cuts, Item>>;

/// A pipeline of numbers, of any make.
using Pipeline = std::variant<Erasure<true, false, false>, Erasure<true, true, false>, Erasure<false, false, false>,
                              Erasure<false, true, false>, Erasure<false, false, true>, Erasure<false, true, true>>;

template <class Item, class P>
auto erase_as(P pipeline) {
  using S = std::remove_cvref_t<decltype(pt::detail::Access::source(pipeline))>;
  constexpr bool indexed = pt::indexed_source<S>;
  constexpr bool cuts = S::cut == pt::Cut::later;
  using E = Erased<indexed, S::pulls, cuts, Item>;
  static_assert(pt::complete_source<E>);
  static_assert(!S::whole_segments, "what fold gives depends on the run");
  return pt::Pipeline<E>(E(std::unique_ptr<AnySource<Item>>(new Model<S, Item>(pt::detail::Access::source(pipeline)))));
}
template <class P>
Pipeline erase(P pipeline) {
  return property::erase_as<Number>(std::move(pipeline));
}

template <class P>
concept indexed = pt::indexed_source<std::remove_cvref_t<decltype(pt::detail::Access::source(std::declval<P&>()))>>;
template <class P>
inline constexpr bool cuts_by_order =
    std::remove_cvref_t<decltype(pt::detail::Access::source(std::declval<P&>()))>::cut == pt::Cut::later;

}  // namespace property
