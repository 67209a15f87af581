// zip: the items at the same position of several ranges, side by side.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/same_front.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/stage/needs_index.hpp>

#include <tuple>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

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
  using Item = ProductOf<typename S::Item...>;
  using Value = ProductOf<typename S::Value...>;
  using State = ZipState<std::index_sequence_for<S...>, S...>;
  static constexpr bool pulls = (S::pulls || ...);
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool plain = (plain_source<S> && ...);
  static constexpr bool read_once = (is_read_once<S> || ...);
  static constexpr bool owns = (owns_data<S> && ...);
  static constexpr bool lasting = (lasting_items<S> && ...);
  static constexpr bool sides_in_bytes = [] {
    if constexpr (sizeof...(S) == 2) return equal_by_bytes<S...>;
    return false;
  }();
  static constexpr Problem on_ranks = detail::problem_on_ranks<S...>();

  explicit Zip(S... sources) : sources_(std::move(sources)...) {}

  void start() {
    each([](auto& s) { s.start(); });
    if constexpr (equal) compare();
  }
  [[nodiscard]] Known known() const {
    Known shortest{unknown, false};
    each([&shortest](auto const& s) {
      Known k = s.known();
      k.ended = k.ended || k.positions == s.total();  // a stage may skip what the range still has
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
      std::size_t n = 0;
      all = detail::knows_total(s, n) && all;
      if (n < shortest) shortest = n;
    });
    return all ? shortest : unknown;
  }
  Known pull(std::size_t want)
    requires(pulls)
  {
    std::size_t const now = known().positions;
    read_to(want > unknown - 1 - now ? unknown - 1 : now + want);
    if constexpr (equal) compare();
    return known();
  }
  Known begin_sharing(State& state, std::size_t ran)
    requires(pulls)
  {
    begin_sharing_each(state, ran, std::index_sequence_for<S...>{});
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    // The shortest is as far as it goes: the others may be endless, or streams that somebody reads on.
    auto const index = [this, &n](auto& s) {
      n = up_to_shortest(n);
      s.index_first(n);
    };
    each_pulled<false>(index);
    each_pulled<true>(index);
    if constexpr (equal) compare();
  }
  [[nodiscard]] Overlap overlap(Written const& written) {
    Overlap all;
    each([&](auto& s) { all = all.with(detail::overlap_of(s, written)); });
    return all;
  }
  [[nodiscard]] State open() const {
    return std::apply([](auto const&... s) { return State{{s.open()}...}; }, sources_);
  }
  void release(Block block) const noexcept
    requires(releasing<S> || ...)
  {
    each([block](auto const& s) {
      if constexpr (releasing<std::remove_cvref_t<decltype(s)>>) s.release(block);
    });
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    return at_side<0>(state, i, next);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    if constexpr (skips_same_pairs<K> && sides_in_bytes) {
      if (k.skips_same()) {
        auto const& [a, b] = sources_;
        block.first += detail::same_front(a.data() + block.first, b.data() + block.first, block.size());
      }
    }
    return detail::feed_by_index(At<Zip>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

  /// Whether the lengths are known to differ before anything has run.
  [[nodiscard]] bool differ_by_total() const {
    bool differ = false;
    each([&](auto const& s) {
      std::size_t const n = s.total();
      differ = differ || (n != unknown && total() != unknown && n != total());
    });
    return differ;
  }
  // For the calling thread, once the shortest side has come to its end.
  [[nodiscard]] bool end_together() {
    std::size_t const end = known().positions;
    bool together = true;
    each([&](auto& s) { together = !goes_on_at(s, end) && together; });
    return together;
  }
  /// Whether a side has items after the end of the shortest.
  template <std::size_t n>
  [[nodiscard]] bool goes_on() {
    return goes_on_at(std::get<n>(sources_), known().positions);
  }

 private:
  template <class F>
  void each(F f) const {
    std::apply([&f](auto const&... s) { (static_cast<void>(f(s)), ...); }, sources_);
  }
  template <class F>
  void each(F f) {
    std::apply([&f](auto&... s) { (static_cast<void>(f(s)), ...); }, sources_);
  }
  /// The sides that pull, from what can be read `once` only or from what can be read again.
  template <bool once, class F>
  void each_pulled(F f) {
    each([&f](auto& s) {
      using Side = std::remove_reference_t<decltype(s)>;
      if constexpr (Side::pulls && is_read_once<Side> == once) f(s);
    });
  }
  /// `n`, or as many positions as the shortest side has, as far as that is known.
  [[nodiscard]] std::size_t up_to_shortest(std::size_t n) const {
    each([&n](auto const& s) {
      Known const k = s.known();
      std::size_t const end = k.ended ? k.positions : s.total();
      if (end < n) n = end;
    });
    return n;
  }
  /// Makes `goal` positions known, or all. A stream is read no further than the other sides go; of several, each item
  /// of one is read before the next of another, so that at most one is lost, as in a loop.
  void read_to(std::size_t goal) {
    goal = up_to_shortest(goal);
    auto const pull_all = [&goal](auto& s) {
      Known const k = s.known();
      if (!k.ended && k.positions < goal) (void)s.pull(goal - k.positions);
    };
    each_pulled<false>(pull_all);
    goal = up_to_shortest(goal);
    if constexpr ((int{is_read_once<S>} + ...) == 1) {
      each_pulled<true>(pull_all);
    } else if constexpr (read_once) {
      std::size_t next = known().positions;
      for (bool all = true; all && next < up_to_shortest(goal); ++next) {
        each_pulled<true>([&all, next](auto& s) {
          if (all && s.known().positions == next) all = s.pull(1).positions > next;
        });
      }
    }
  }
  template <std::size_t... N>
  void begin_sharing_each(State& state, std::size_t ran, std::index_sequence<N...>) {
    (begin_sharing_one(std::get<N>(sources_), state_of<N, S>(state), ran), ...);
  }
  template <class One>
  static void begin_sharing_one(One& s, typename One::State& state, std::size_t ran) {
    if constexpr (One::pulls) (void)s.begin_sharing(state, ran);
  }
  /// Each side hands its item to the next side, so that all live until `next` has returned. `before`: those so far.
  template <std::size_t n, class Next, class... X>
  PARALLEL_TASK_ALWAYS_INLINE bool at_side(State& state, std::size_t i, Next& next, X&&... before) const {
    if constexpr (n == sizeof...(S)) {
      return next(Item{static_cast<X&&>(before)...});
    } else {
      using Side = std::tuple_element_t<n, std::tuple<S...>>;
      return std::get<n>(sources_).at(state_of<n, Side>(state), i, [&](auto&& x) PARALLEL_TASK_INLINE_BODY {
        return at_side<n + 1>(state, i, next, static_cast<X&&>(before)..., static_cast<decltype(x)&&>(x));
      });
    }
  }
  template <std::size_t n, class One>
  PARALLEL_TASK_ALWAYS_INLINE static typename One::State& state_of(State& state) {
    return static_cast<ZipLeaf<n, typename One::State>&>(state).value;
  }
  // Lengths are compared as soon as they are known: for most ranges before anything runs.
  void compare() {
    if (known().ended && !end_together()) {
      detail::throw_invalid_argument("parallel_task: the ranges of zip_equal differ in length");
    }
  }
  /// Whether `s` has an item at position `n`, where a shorter side has ended.
  template <class One>
  static bool goes_on_at(One& s, std::size_t n) {
    // Only who asks once more learns that a generator ends here too.
    if constexpr (One::pulls) {
      if (!s.known().ended && s.known().positions == n) (void)s.pull(1);
    }
    return s.known().positions > n;
  }

  std::tuple<S...> sources_;
};

template <bool equal, source... Others>
struct ZipStage {
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
