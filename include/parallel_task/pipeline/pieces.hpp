// Pipelines over parts of a range or a text: chunk_exact, slide, adjacent, chunk_by, split, split_after, lines, words,
// find_all.
#pragma once

#include <parallel_task/pipeline/begin.hpp>
#include <parallel_task/pipeline/usage.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/cut_up.hpp>
#include <parallel_task/source/cut_walked.hpp>
#include <parallel_task/source/found_pieces.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/source/text.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What keeps a range from being cut up: its parts refer to it.
template <class R>
consteval Problem parts_problem() {
  constexpr Problem problem = borrow_problem<R>();
  return problem == Problem::borrows_temporary ? Problem::parts_of_temporary : problem;
}
template <class R>
consteval Problem text_problem() {
  using V = std::remove_cvref_t<R>;
  if constexpr (!text_like<R>) {
    return Problem::not_text;
  } else {
    constexpr bool owns = std::is_class_v<V> && !std::ranges::borrowed_range<V>;
    return owns && !std::is_lvalue_reference_v<R> ? Problem::parts_of_temporary : Problem::none;
  }
}

/// Whether items of a range can be changed through it.
template <class R>
consteval bool written_through() {
  using Reference = std::ranges::range_reference_t<R>;
  if constexpr (std::is_lvalue_reference_v<Reference>) {
    return !std::is_const_v<std::remove_reference_t<Reference>>;
  } else {
    return std::indirectly_writable<std::ranges::iterator_t<R>, std::ranges::range_value_t<R>>;
  }
}

/// Who looks for the pieces that begin in a block reads what is in the piece before it, which another thread may
/// change. So pieces that can be changed are found by one thread, ahead of all that are computed with.
template <class Holder, class Shape>
auto cut(Holder holder, Shape shape) {
  using Range = typename Holder::Range;
  constexpr bool by_length = requires { shape.count(std::size_t{}); };
  if constexpr (sized_random_access<Range> && by_length) {
    return CutUp<Holder, Shape>(std::move(holder), std::move(shape));
  } else if constexpr (sized_random_access<Range> && !written_through<Range>()) {
    return FoundPieces<Holder, Shape>(std::move(holder), std::move(shape));
  } else {
    using Parts = WalkedParts<Holder, Shape>;
    return Walked<HeldMutable<Parts>>(HeldMutable<Parts>{Parts(std::move(holder), std::move(shape))});
  }
}

/// Numbers of items per part.
template <class N>
[[nodiscard]] std::size_t length_of_parts(N n) {
  std::size_t const count = detail::count_from(n);
  if (count == 0) {
    detail::throw_invalid_argument("parallel_task: chunk, chunk_exact and slide: n must be at least 1");
  }
  return count;
}

template <class Shape, class N>
struct CutInto {
  N n;
  template <class R>
  static consteval Problem problem() {
    return whole_number<N> ? parts_problem<R>() : Problem::count_not_a_number;
  }
  template <class R>
  auto make(R&& range) const {
    return detail::cut(detail::holder_of(std::forward<R>(range)), Shape{{detail::length_of_parts(n)}});
  }
};
template <class N>
struct CutInto<InChunks, N> : CutInto<InWholeChunks, N> {
  template <class R>
  auto make(R&& range) const {
    return detail::cut(detail::holder_of(std::forward<R>(range)), InChunks{detail::length_of_parts(this->n)});
  }
};

template <std::size_t n>
struct CutIntoNeighbours {
  template <class R>
  static consteval Problem problem() {
    return parts_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::cut(detail::holder_of(std::forward<R>(range)), InNeighbours<n>());
  }
};

template <class R>
using look_reference_t = look_t<ReferenceOf<std::remove_reference_t<R>>>;

template <template <class> class Finder, class P>
struct CutAt {
  P p;
  template <class R>
  static consteval Problem problem() {
    if constexpr (parts_problem<R>() != Problem::none) {
      return parts_problem<R>();
    } else {
      using Item = ReferenceOf<std::remove_reference_t<R>>;
      constexpr Problem problem = predicate_problem<P, Item>();
      return problem == Problem::closure_does_not_fit ? Problem::split_by_value : problem;
    }
  }
  template <class R>
  auto make(R&& range) {
    return detail::cut(detail::holder_of(std::forward<R>(range)), Finder<P>{{}, std::move(p)});
  }
};

template <class P>
struct CutBetween {
  P p;
  template <class R>
  static consteval Problem problem() {
    if constexpr (parts_problem<R>() != Problem::none) {
      return parts_problem<R>();
    } else {
      using Item = look_reference_t<R>;
      if constexpr (called_with<P const&, Item, Item>) {
        using Answer = decltype(detail::invoke(std::declval<P const&>(), std::declval<Item>(), std::declval<Item>()));
        return std::is_convertible_v<Answer, bool> ? Problem::none : Problem::chunk_by_does_not_fit;
      } else {
        return Problem::chunk_by_does_not_fit;
      }
    }
  }
  template <class R>
  auto make(R&& range) {
    return detail::cut(detail::holder_of(std::forward<R>(range)), ChunkBy<P>{{}, std::move(p)});
  }
};

template <class Finder>
struct ReadText {
  template <class R>
  static consteval Problem problem() {
    return text_problem<R>();
  }
  template <class R>
  static auto make(R&& text) {
    auto holder = detail::text_holder(std::forward<R>(text));
    return FoundPieces<decltype(holder), Finder>(std::move(holder), Finder{});
  }
};

template <template <class> class Finder, class P>
struct ReadTextAt {
  P pattern;
  template <class R>
  static consteval Problem problem() {
    if constexpr (text_problem<R>() != Problem::none) {
      return text_problem<R>();
    } else if constexpr (std::same_as<P, char> || text_like<P const&>) {
      return Problem::none;
    } else {
      constexpr Problem problem = predicate_problem<P, char const&>();
      return problem == Problem::closure_does_not_fit ? Problem::pattern_of_other_type : problem;
    }
  }
  template <class R>
  auto make(R&& text) {
    auto holder = detail::text_holder(std::forward<R>(text));
    auto made = detail::pattern_of(std::move(pattern));
    using Made = Finder<decltype(made)>;
    return FoundPieces<decltype(holder), Made>(std::move(holder), Made(std::move(made)));
  }
};

template <template <class> class By, class Usage>
struct PartsFrom {
  template <class R, class X>
  constexpr auto operator()(R&& range, X x) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::apply<R>(By<X>{std::move(x)}, beginning);
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};
template <class By, class Usage>
struct PartsOf {
  template <class R>
  constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::apply<R>(By{}, beginning);
  }
  template <class... A>
    requires(sizeof...(A) != 1)
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};
struct SplitFrom {
  template <class R, class X>
  constexpr auto operator()(R&& range, X x) const {
    using By = std::conditional_t<text_like<R>, ReadTextAt<SplitText, X>, CutAt<SplitAt, X>>;
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::apply<R>(By{std::move(x)}, beginning);
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_split::say<A...>();
  }
};
template <std::size_t n>
struct NeighboursOf {
  template <class R>
  constexpr auto operator()(R&& range) const {
    if constexpr (n == 0) {
      return usage_of_adjacent::say<R>();
    } else {
      Beginning<R> beginning{std::forward<R>(range)};
      return detail::apply<R>(CutIntoNeighbours<n>{}, beginning);
    }
  }
  template <class... A>
    requires(sizeof...(A) != 1)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_adjacent::say<A...>();
  }
};

template <class N>
using CutIntoChunks = CutInto<InChunks, N>;
template <class N>
using CutIntoWholeChunks = CutInto<InWholeChunks, N>;
template <class N>
using CutIntoWindows = CutInto<InWindows, N>;
template <class P>
using CutAtSeparators = CutAt<SplitAt, P>;
template <class P>
using CutAfterSeparators = CutAt<SplitAfter, P>;
template <class P>
using FindInText = ReadTextAt<FindAll, P>;

}  // namespace detail

// Each of these borrows its range or text until the terminal has returned, and refuses temporaries that own their
// items. An item is a `std::span` where the range is contiguous, of a string_view's text a `std::string_view`, else a
// `pt::part`. Items can be written through if the range can.

/// `chunk_exact(r, n)`: a pipeline over the parts of `n` items that `r` has, without the rest at its end that is
/// shorter. As `chunk(r, n)`, otherwise. (The name is Rayon's.)
///
///     auto const sums = pt::chunk_exact(v, 2).map([](auto pair) { return pair[0] + pair[1]; })
///         .collect<std::vector>();  // 4, 5
inline constexpr detail::PartsFrom<detail::CutIntoWholeChunks, detail::usage_of_chunk_exact> chunk_exact{};

/// `slide(r, n)`: a pipeline over all parts of `n` neighbouring items, which overlap: of a range of k items `k - n +
/// 1`, or none. They are not to be written to, since their neighbours have the same items. Has an index. Throws
/// `std::invalid_argument` if `n` is less than 1.
///
///     auto const highest = pt::slide(v, 3).map([](auto three) { return std::ranges::max(three); })
///         .collect<std::vector>();  // 4, 4, 5
///
/// (In Rayon `par_windows`.)
inline constexpr detail::PartsFrom<detail::CutIntoWindows, detail::usage_of_slide> slide{};

/// `adjacent<n>(r)`: the same with a number of items that is known at compile time: an item is a `std::pair` of
/// references for 2 neighbours, a `std::tuple` for more, and closures may take them apart. Has an index.
///
///     auto const steps = pt::adjacent<2>(v).map([](int x, int y) { return y - x; })
///         .collect<std::vector>();  // -2, 3, -3, 4
template <std::size_t n>
inline constexpr detail::NeighboursOf<n> adjacent{};

/// `chunk_by(r, p)`: a pipeline over the longest parts in which `p(x, y)` returns true for all neighbours. Has an index
/// only where one thread walks the range.
///
///     auto const ascending = pt::chunk_by(v, std::less<>()).map(std::ranges::size).collect<std::vector>();  // 1, 2, 2
///
/// Of a range with random access whose items are const, each part is found by the thread that computes with it, and `p`
/// may be called twice with the same neighbours. Other ranges are walked by one thread, since what a part is changed to
/// must not move the next one: pass `std::as_const(v)` where parts are only read. The same holds for `split` and
/// `split_after`.
inline constexpr detail::PartsFrom<detail::CutBetween, detail::usage_of_chunk_by> chunk_by{};

/// `split(r, p)`: a pipeline over the parts between the items for which `p` returns true: one more than there are such
/// items, and empty ones at the ends and between two such that are neighbours. Has an index only where one thread walks
/// the range.
///
///     auto const parts = pt::split(v, [](int x) { return x == 1; }).map(std::ranges::size)
///         .collect<std::vector>();  // 1, 1, 1
///
/// `split(text, pattern)`: of text, such as a string or a literal, the items are `std::string_view`, and the pattern is
/// a char, a string, which is copied, or a predicate of a char. Matches are those that a search from the front finds.
///
///     auto const fields = pt::split("to,be,,or", ',').collect<std::vector>();  // "to", "be", "", "or"
///
/// Throws `std::invalid_argument` if the pattern is an empty string.
inline constexpr detail::SplitFrom split{};

/// `split_after(r, p)`: a pipeline over the parts that end with an item for which `p` returns true, and the rest, if
/// there is any. No part is empty. Has an index only where one thread walks the range. (In Rayon
/// `par_split_inclusive`.)
///
///     auto const parts = pt::split_after(v, [](int x) { return x == 1; }).map(std::ranges::size)
///         .collect<std::vector>();  // 2, 2, 1
inline constexpr detail::PartsFrom<detail::CutAfterSeparators, detail::usage_of_split_after> split_after{};

/// `lines(text)`: a pipeline over the lines of a text as `std::string_view`, without their ends, `\n` or `\r\n`. An end
/// of line at the end of the text begins no line. Has no index.
///
///     auto const longest = pt::lines("to be\nor not\n").map(std::ranges::size).max();  // 6
///
/// Each line is found by the thread that computes with it.
inline constexpr detail::PartsOf<detail::ReadText<detail::FindLines>, detail::usage_of_lines> lines{};

/// `words(text)`: a pipeline over the words of a text as `std::string_view`: what is between ASCII white space, none of
/// them empty. Has no index.
///
///     auto const count = pt::words("  to be\nor not").count();  // 4
inline constexpr detail::PartsOf<detail::ReadText<detail::FindWords>, detail::usage_of_words> words{};

/// `find_all(text, pattern)`: a pipeline over the positions in a text, as `std::size_t`, at which the pattern is found;
/// matches do not overlap, and are those that a search from the front finds. The pattern is as for `split`. Has no
/// index. (In Rayon `par_match_indices`.)
///
///     auto const found = pt::find_all("to be or not to be", "be").collect<std::vector>();  // 3, 16
inline constexpr detail::PartsFrom<detail::FindInText, detail::usage_of_find_all> find_all{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
