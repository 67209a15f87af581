// zip: the items at the same position of several ranges, side by side.
#pragma once

#include <parallel_task/stage/needs_index.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <stdexcept>
#include <tuple>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class... T>
struct product_of {
  using type = std::tuple<T...>;
};
template <class A, class B>
struct product_of<A, B> {
  using type = std::pair<A, B>;
};
template <class... T>
using product_of_t = typename product_of<T...>::type;

// The states of all sides; made in place, so they may be such as can't be moved.
template <std::size_t n, class T>
struct ZipLeaf {
  T value;
};
template <class Numbers, class... S>
struct ZipState;
template <std::size_t... n, class... S>
struct ZipState<std::index_sequence<n...>, S...> : ZipLeaf<n, typename S::State>... {};

/// Ends with the shortest; with `equal`, throws std::invalid_argument unless all end together.
template <bool equal, indexed_source... S>
struct Zip {
  using Item = product_of_t<typename S::Item...>;
  using Value = product_of_t<typename S::Value...>;
  using State = ZipState<std::index_sequence_for<S...>, S...>;
  static constexpr bool pulls = (S::pulls || ...);
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool plain = (plain_source<S> && ...);

  explicit Zip(S... sources) : sources_(std::move(sources)...) {}

  void start() {
    each([](auto& s) { s.start(); });
    if constexpr (equal) compare();
  }
  [[nodiscard]] Pulled known() const {
    Pulled shortest{unknown, false};
    each([&shortest](auto const& s) {
      Pulled const k = s.known();
      if (k.positions < shortest.positions) {
        shortest = k;
      } else if (k.positions == shortest.positions) {
        shortest.ended = shortest.ended || k.ended;
      }
    });
    return shortest;
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t shortest = unknown;
    bool all = true;
    each([&](auto const& s) {
      std::size_t const n = s.total();
      if (n == unknown) all = false;
      if (n < shortest) shortest = n;
    });
    return all ? shortest : unknown;
  }
  Pulled pull(std::size_t want)
    requires(pulls)
  {
    std::size_t const now = known().positions;
    std::size_t const goal = want > unknown - 1 - now ? unknown - 1 : now + want;
    each([goal](auto& s) {
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) {
        Pulled const k = s.known();
        if (!k.ended && k.positions < goal) (void)s.pull(goal - k.positions);
      }
    });
    if constexpr (equal) compare();
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(pulls)
  {
    share_each(state, ran, std::index_sequence_for<S...>{});
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    // The shortest of known length is as far as it goes: the others may be endless.
    each([&n](auto const& s) {
      if (!equal && s.total() < n) n = s.total();
    });
    each([n](auto& s) {
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) s.index_first(n);
    });
    if constexpr (equal) compare();
  }
  [[nodiscard]] State open() const {
    return std::apply([](auto const&... s) { return State{{s.open()}...}; }, sources_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const {
    return at_each(state, i, std::index_sequence_for<S...>{});
  }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<Zip>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  template <class F>
  void each(F f) const {
    std::apply([&f](auto const&... s) { (f(s), ...); }, sources_);
  }
  template <class F>
  void each(F f) {
    std::apply([&f](auto&... s) { (f(s), ...); }, sources_);
  }
  template <std::size_t... N>
  void share_each(State& state, std::size_t ran, std::index_sequence<N...>) {
    (share_one(std::get<N>(sources_), state_of<N, S>(state), ran), ...);
  }
  template <class One>
  static void share_one(One& s, typename One::State& state, std::size_t ran) {
    if constexpr (One::pulls) (void)s.share(state, ran);
  }
  template <std::size_t... N>
  [[gnu::always_inline]] Item at_each(State& state, std::size_t i, std::index_sequence<N...>) const {
    return Item{std::get<N>(sources_).at(state_of<N, S>(state), i)...};
  }
  template <std::size_t n, class One>
  [[gnu::always_inline]] static typename One::State& state_of(State& state) {
    return static_cast<ZipLeaf<n, typename One::State>&>(state).value;
  }
  // Lengths are compared as soon as they are known: for most ranges before anything runs.
  void compare() {
    Pulled const shortest = known();
    if (!shortest.ended) return;
    bool differ = false;
    each([&](auto& s) {
      // Only who asks once more learns that a generator ends here too.
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) {
        if (!s.known().ended && s.known().positions == shortest.positions) (void)s.pull(1);
      }
      if (!s.known().ended || s.known().positions != shortest.positions) differ = true;
    });
    if (differ) detail::throw_error(std::invalid_argument("parallel_task: the ranges of zip_equal differ in length"));
  }

  std::tuple<S...> sources_;
};

template <bool equal, source... Others>
struct ZipBy {
  static constexpr bool is_stage = true;
  std::tuple<Others...> others;
  template <source Base>
  static consteval Problem problem() {
    return indexed_source<Base> && (indexed_source<Others> && ...) ? Problem::none : Problem::index_lost;
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return std::apply([&base](auto&... s) { return Zip<equal, Base, Others...>(std::move(base), std::move(s)...); },
                      others);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
