// together(a, b, ...): several ranges as one, whose items are moved together: a structure of arrays is sorted as an
// array.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A reference T to what a part U of a tuple is; not one that changes what U refers to as an rvalue.
template <class T, class From, class U>
concept refers_to =
    std::constructible_from<T, From> && (!std::is_rvalue_reference_v<U> || std::is_const_v<std::remove_reference_t<T>>);

/// A tuple of references that assigns to what they refer to, also as a temporary or const: what `std::tuple` does from
/// C++23 on, and what algorithms ask of the items of such a range.
template <class... T>
struct RefsTogether : std::tuple<T...> {
  using Base = std::tuple<T...>;
  constexpr explicit RefsTogether(T... items) noexcept : Base(static_cast<T>(items)...) {}
  RefsTogether(RefsTogether const&) = default;
  RefsTogether(RefsTogether&&) = default;
  ~RefsTogether() = default;
  template <class... U>
    requires(sizeof...(U) == sizeof...(T)) && (refers_to<T, U&, U> && ...)
  constexpr RefsTogether(std::tuple<U...>& items) : RefsTogether(items, Each{}) {}
  template <class... U>
    requires(sizeof...(U) == sizeof...(T)) && (refers_to<T, U const&, U> && ...)
  constexpr RefsTogether(std::tuple<U...> const& items) : RefsTogether(items, Each{}) {}
  template <class... U>
    requires(sizeof...(U) == sizeof...(T)) && (std::constructible_from<T, U> && ...)
  constexpr RefsTogether(std::tuple<U...>&& items) : RefsTogether(std::move(items), Each{}) {}

  constexpr RefsTogether const& operator=(RefsTogether const& other) const
    requires(std::assignable_from<T, T const&> && ...)
  {
    return assign(other, Each{});
  }
  constexpr RefsTogether& operator=(RefsTogether const& other)
    requires(std::assignable_from<T, T const&> && ...)
  {
    assign(other, Each{});
    return *this;
  }
  template <class... U>
    requires(sizeof...(U) == sizeof...(T)) && (std::assignable_from<T, U const&> && ...)
  constexpr RefsTogether const& operator=(std::tuple<U...> const& items) const {
    return assign(items, Each{});
  }
  template <class... U>
    requires(sizeof...(U) == sizeof...(T)) && (std::assignable_from<T, U> && ...)
  constexpr RefsTogether const& operator=(std::tuple<U...>&& items) const {
    return assign(std::move(items), Each{});
  }

 private:
  using Each = std::index_sequence_for<T...>;
  template <class Items, std::size_t... k>
  constexpr RefsTogether(Items&& items, std::index_sequence<k...>) : Base(std::get<k>(std::forward<Items>(items))...) {}
  template <class Items, std::size_t... k>
  constexpr RefsTogether const& assign(Items&& items, std::index_sequence<k...>) const {
    ((std::get<k>(static_cast<Base const&>(*this)) = std::get<k>(std::forward<Items>(items))), ...);
    return *this;
  }
};

/// Stands at the same position in each of several ranges.
template <class... I>
class TogetherIterator {
 public:
  using value_type = std::tuple<std::iter_value_t<I>...>;
  using reference = RefsTogether<std::iter_reference_t<I>...>;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;  // items are no references to a value_type
  /// For sorting: whether items can be taken out and put back without anything that may fail.
  static constexpr bool lends = (std::is_nothrow_move_constructible_v<std::iter_value_t<I>> && ...) &&
                                (std::is_nothrow_move_assignable_v<std::iter_value_t<I>> && ...) &&
                                (noexcept(std::declval<I&>()[0]) && ...);

  TogetherIterator() = default;
  constexpr explicit TogetherIterator(I... at) : at_(std::move(at)...) {}

  [[nodiscard]] constexpr reference operator*() const {
    return std::apply([](I const&... i) { return reference(*i...); }, at_);
  }
  [[nodiscard]] constexpr reference operator[](difference_type n) const { return *(*this + n); }
  constexpr TogetherIterator& operator+=(difference_type n) {
    std::apply([n](I&... i) { ((i += static_cast<std::iter_difference_t<I>>(n)), ...); }, at_);
    return *this;
  }
  constexpr TogetherIterator& operator-=(difference_type n) { return *this += -n; }
  constexpr TogetherIterator& operator++() { return *this += 1; }
  constexpr TogetherIterator& operator--() { return *this += -1; }
  constexpr TogetherIterator operator++(int) {
    TogetherIterator const before = *this;
    ++*this;
    return before;
  }
  constexpr TogetherIterator operator--(int) {
    TogetherIterator const before = *this;
    --*this;
    return before;
  }
  [[nodiscard]] friend constexpr TogetherIterator operator+(TogetherIterator i, difference_type n) { return i += n; }
  [[nodiscard]] friend constexpr TogetherIterator operator+(difference_type n, TogetherIterator i) { return i += n; }
  [[nodiscard]] friend constexpr TogetherIterator operator-(TogetherIterator i, difference_type n) { return i += -n; }
  [[nodiscard]] friend constexpr difference_type operator-(TogetherIterator const& a, TogetherIterator const& b) {
    return static_cast<difference_type>(std::get<0>(a.at_) - std::get<0>(b.at_));
  }
  [[nodiscard]] friend constexpr bool operator==(TogetherIterator const& a, TogetherIterator const& b) {
    return std::get<0>(a.at_) == std::get<0>(b.at_);
  }
  [[nodiscard]] friend constexpr std::strong_ordering operator<=>(TogetherIterator const& a,
                                                                  TogetherIterator const& b) {
    return a - b <=> 0;
  }
  [[nodiscard]] friend constexpr auto iter_move(TogetherIterator const& i) noexcept(lends) {
    return std::apply(
        [](I const&... at) { return RefsTogether<std::iter_rvalue_reference_t<I>...>(std::ranges::iter_move(at)...); },
        i.at_);
  }
  friend constexpr void iter_swap(TogetherIterator const& a, TogetherIterator const& b) {
    TogetherIterator::swap(a, b, std::index_sequence_for<I...>{});
  }

 private:
  template <std::size_t... k>
  static constexpr void swap(TogetherIterator const& a, TogetherIterator const& b, std::index_sequence<k...>) {
    (std::ranges::iter_swap(std::get<k>(a.at_), std::get<k>(b.at_)), ...);
  }
  std::tuple<I...> at_;
};

/// Of lvalues and views: it refers to their items, and owns none.
template <class R>
concept stays = std::ranges::borrowed_range<R> && std::ranges::random_access_range<R> && std::ranges::sized_range<R>;

template <class... I>
class TogetherRange {
 public:
  constexpr TogetherRange(TogetherIterator<I...> first, std::ptrdiff_t n) : first_(std::move(first)), size_(n) {}
  [[nodiscard]] constexpr auto begin() const { return first_; }
  [[nodiscard]] constexpr auto end() const { return first_ + size_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return static_cast<std::size_t>(size_); }

 private:
  TogetherIterator<I...> first_;
  std::ptrdiff_t size_;
};

struct Together {
  template <stays First, stays... Rest>
  constexpr auto operator()(First&& first, Rest&&... rest) const {
    auto const n = static_cast<std::ptrdiff_t>(std::ranges::size(first));
    if (!((static_cast<std::ptrdiff_t>(std::ranges::size(rest)) == n) && ...)) {
      detail::throw_invalid_argument("together: the ranges have to be of one length");
    }
    using Range = TogetherRange<std::ranges::iterator_t<First>, std::ranges::iterator_t<Rest>...>;
    return Range(TogetherIterator<std::ranges::iterator_t<First>, std::ranges::iterator_t<Rest>...>(
                     std::ranges::begin(first), std::ranges::begin(rest)...),
                 n);
  }
};

template <std::size_t n>
struct Element {
  static constexpr bool is_steady = true;  ///< for sorting: gives the same each time
  template <class Tuple>
  constexpr decltype(auto) operator()(Tuple&& items) const noexcept {
    return std::get<n>(std::forward<Tuple>(items));
  }
};

}  // namespace detail

/// `together(a, b, ...)`: ranges of one length with random access as one range, whose items are tuples of references,
/// for algorithms that move items: they are moved in all of them. The ranges are lvalues or views, and have to live as
/// long. Throws `std::invalid_argument` if lengths differ.
///
///     pt::sort_by_key(pt::together(names, prices), pt::element<1>);      // both by the prices
///     pt::stable_sort(pt::together(xs, ys, zs));                         // by x, then y, then z
///
/// A comparison may get items as tuples of references or as tuples of values: let it take `auto const&`.
inline constexpr detail::Together together{};

/// `element<n>`: a projection to the n-th part of a tuple or pair.
template <std::size_t n>
inline constexpr detail::Element<n> element{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

template <class... I>
inline constexpr bool std::ranges::enable_borrowed_range<parallel_task::detail::TogetherRange<I...>> = true;
template <class... I>
inline constexpr bool std::ranges::enable_view<parallel_task::detail::TogetherRange<I...>> = true;

template <class... T>
struct std::tuple_size<parallel_task::detail::RefsTogether<T...>> : std::tuple_size<std::tuple<T...>> {};
template <std::size_t n, class... T>
struct std::tuple_element<n, parallel_task::detail::RefsTogether<T...>> : std::tuple_element<n, std::tuple<T...>> {};

// What both a tuple of references and a tuple of values can be taken for: element by element.
template <class... T, class... U, template <class> class TQualifier, template <class> class UQualifier>
  requires(sizeof...(T) == sizeof...(U))
struct std::basic_common_reference<parallel_task::detail::RefsTogether<T...>, std::tuple<U...>, TQualifier,
                                   UQualifier> {
  using type = parallel_task::detail::RefsTogether<std::common_reference_t<TQualifier<T>, UQualifier<U>>...>;
};
template <class... T, class... U, template <class> class TQualifier, template <class> class UQualifier>
  requires(sizeof...(T) == sizeof...(U))
struct std::basic_common_reference<std::tuple<U...>, parallel_task::detail::RefsTogether<T...>, UQualifier,
                                   TQualifier> {
  using type = parallel_task::detail::RefsTogether<std::common_reference_t<UQualifier<U>, TQualifier<T>>...>;
};
template <class... T, class... U, template <class> class TQualifier, template <class> class UQualifier>
  requires(sizeof...(T) == sizeof...(U))
struct std::basic_common_reference<parallel_task::detail::RefsTogether<T...>, parallel_task::detail::RefsTogether<U...>,
                                   TQualifier, UQualifier> {
  using type = parallel_task::detail::RefsTogether<std::common_reference_t<TQualifier<T>, UQualifier<U>>...>;
};
