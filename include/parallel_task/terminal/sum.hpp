// sum(), product(), mean(): totals that keep the processor's vector units busy.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/search.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Plus {
  template <class T>
    requires requires { T{}; }
  static constexpr T identity() {
    return T{};
  }
  template <class T, class X>
    requires requires(T& total, X&& x) { total += static_cast<X&&>(x); }
  PARALLEL_TASK_ALWAYS_INLINE static constexpr void apply(T& total, X&& x) {
    total += static_cast<X&&>(x);
  }
};

struct Times {
  template <class T>
    requires requires { static_cast<T>(1); }
  static constexpr T identity() {
    return static_cast<T>(1);
  }
  template <class T, class X>
    requires requires(T& total, X&& x) { total *= static_cast<X&&>(x); }
  PARALLEL_TASK_ALWAYS_INLINE static constexpr void apply(T& total, X&& x) {
    total *= static_cast<X&&>(x);
  }
};

/// The type of a sum of `Value`s, unless the caller names one: integers below 64 bits grow to 64, other types are kept.
template <class Value>
struct TotalType {
  using type = Value;
};
template <integer Value>
  requires(sizeof(Value) < sizeof(std::int64_t))
struct TotalType<Value> {
  using type = std::conditional_t<std::is_signed_v<Value>, std::int64_t, std::uint64_t>;
};

/// How many totals of integers are kept side by side where items are read from memory, and at most mapped. Clang
/// vectorises one by itself, and knows more ways to do that than lanes leave it; GCC 12 does with -O3 alone, and then
/// adds numbers of 64 bits two at a time.
#if defined(__GNUC__) && !defined(__clang__)
inline constexpr std::size_t lanes_of_integers = 8;
#else
inline constexpr std::size_t lanes_of_integers = 1;
#endif

/// Integers. Unsigned inside, since partial sums may overflow even if the total does not.
template <class T, class Op, std::size_t count>
struct IntegerTotal {
  using Wrapping = std::common_type_t<unsigned, typename UnsignedOf<T>::type>;
  static constexpr bool unordered = true;
  static constexpr std::size_t lanes = count;
  Wrapping totals[lanes];

  IntegerTotal() noexcept {
    for (Wrapping& total : totals) total = Op::template identity<Wrapping>();
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    return lane(0, static_cast<X&&>(x));
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool lane(std::size_t j, X&& x) {
    Op::apply(totals[j], static_cast<Wrapping>(static_cast<T>(x)));
    return true;
  }
  void join(IntegerTotal&& later) noexcept { Op::apply(totals[0], later.all()); }
  template <class Archive>
  void carry(Archive& ar) {
    ar(totals);
  }
  T result() noexcept { return static_cast<T>(all()); }

 private:
  [[nodiscard]] Wrapping all() const noexcept {
    Wrapping all = totals[0];
    for (std::size_t j = 1; j != lanes; ++j) Op::apply(all, totals[j]);
    return all;
  }
};

/// Floating point. The compiler may not regroup additions, so the lanes are written out. Where the loop can't assign
/// items to lanes (after a filter), four lanes are used in rotation.
template <class T, class Op>
struct LanedTotal {
  static constexpr std::size_t lanes = 8;
  T totals[lanes];

  LanedTotal() noexcept {
    for (T& total : totals) total = Op::template identity<T>();
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    T next = totals[0];
    Op::apply(next, static_cast<T>(x));
    totals[0] = totals[1];
    totals[1] = totals[2];
    totals[2] = totals[3];
    totals[3] = next;
    return true;
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool lane(std::size_t j, X&& x) {
    Op::apply(totals[j], static_cast<T>(x));
    return true;
  }
  void join(LanedTotal&& later) noexcept {
    for (std::size_t j = 0; j < lanes; ++j) Op::apply(totals[j], later.totals[j]);
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(totals);
  }
  T result() noexcept {
    for (std::size_t width = lanes / 2; width; width /= 2) {
      for (std::size_t j = 0; j < width; ++j) Op::apply(totals[j], totals[j + width]);
    }
    return totals[0];
  }
};

/// Any other type: the items are added in order, starting from the first.
template <class T, class Op>
struct ObjectTotal {
  std::optional<T> total;

  template <class X>
  bool operator()(X&& x) {
    if (total) [[likely]] {
      Op::apply(*total, static_cast<X&&>(x));
    } else {
      total.emplace(static_cast<X&&>(x));
    }
    return true;
  }
  void join(ObjectTotal&& later) {
    if (!later.total) return;
    if (total) {
      Op::apply(*total, std::move(*later.total));
    } else {
      total.emplace(std::move(*later.total));
    }
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(total);
  }
  T result() {
    if (!total) return Op::template identity<T>();
    return std::move(*total);
  }
};

template <class T, class Op, std::size_t integer_lanes = 1>
using TotalOf =
    std::conditional_t<is_integer<T>, IntegerTotal<T, Op, integer_lanes>,
                       std::conditional_t<std::is_floating_point_v<T>, LanedTotal<T, Op>, ObjectTotal<T, Op>>>;

/// Why items have no total.
template <class T, class Op, class Item>
consteval Problem total_problem() {
  if constexpr (is_number<T>) {
    constexpr bool ok = std::is_convertible_v<Item, T>;
    return ok ? Problem::none : Problem::total_not_numbers;
  } else {
    constexpr bool ok =
        std::move_constructible<T> && std::constructible_from<T, Item> && requires(T& total, Item&& item, T&& later) {
          Op::template identity<T>();
          Op::apply(total, static_cast<Item&&>(item));
          Op::apply(total, static_cast<T&&>(later));
        };
    return ok ? Problem::none : Problem::total_without_plus;
  }
}

/// The total of all items as a `T`; if that is void, as the type that TotalType gives. The total of no items is `T{}`,
/// and 1 for a product. Numbers are added in an order that depends on the run, so floating-point results may differ in
/// their last digits. Other types are joined in order by `+=` (`*=`), starting from the first item.
template <class T, class Op>
struct Total {
  template <class S>
  using Result = std::conditional_t<std::is_void_v<T>, typename TotalType<typename S::Value>::type, T>;
  /// Whether the result may depend on how items are grouped.
  template <class S>
  static constexpr bool rounds = !is_integer<Result<S>>;

  template <class S>
  static consteval Problem problem() {
    return detail::total_problem<Result<S>, Op, typename S::Item>();
  }
  template <class S>
  auto open(S const&) const {
    return TotalOf < Result<S>, Op, over_memory<S> ? lanes_of_integers : 1 > {};
  }
  template <class A>
  auto finish(A&& all) const {
    return all.result();
  }
};

template <class T = void>
using Sum = Total<T, Plus>;
template <class T = void>
using Product = Total<T, Times>;

/// The arithmetic mean, or nothing if there are no items: a `double` for integers, otherwise the items' own type.
struct Mean {
  // The sum of integers below 64 bits is exact; that of wider ones might not fit into their type.
  template <class Value>
  using Inner =
      std::conditional_t<is_integer<Value>,
                         std::conditional_t<(sizeof(Value) < sizeof(std::int64_t)), std::int64_t, double>, Value>;

  template <class Value>
  using Inside = TotalOf<Inner<Value>, Plus>;

  template <class Value>
  struct Counting {
    Inside<Value> total;
    std::size_t count = 0;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      ++count;
      return total(static_cast<X&&>(x));
    }
    void join(Counting&& later) {
      count += later.count;
      total.join(std::move(later.total));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(count, total);
    }
  };

  // If every position is an item, nothing has to be counted, and the loop is that of sum().
  template <class S>
  static constexpr bool counted = indexed_source<S> && !S::pulls;
  template <class S>
  static constexpr bool rounds = !is_integer<Inner<typename S::Value>>;
  std::size_t positions = 0;

  template <class S>
  static consteval Problem problem() {
    using Value = typename S::Value;
    if constexpr (detail::total_problem<Inner<Value>, Plus, typename S::Item>() != Problem::none) {
      return detail::total_problem<Inner<Value>, Plus, typename S::Item>();
    } else if constexpr (is_number<Value>) {
      return Problem::none;
    } else {
      constexpr bool ok = requires(Value const& total, double count) { total / count; };
      return ok ? Problem::none : Problem::mean_without_division;
    }
  }
  template <class S>
  void prepare(S& source) {
    if constexpr (counted<S>) positions = source.total();
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (counted<S>) {
      return Inside<typename S::Value>{};
    } else {
      return Counting<typename S::Value>{};
    }
  }
  template <class Value>
  auto finish(Counting<Value>&& all) const {
    return divide(all.total.result(), all.count);
  }
  template <class Total>
  auto finish(Total&& all) const {
    return divide(all.result(), positions);
  }

 private:
  template <class T>
  static auto divide(T&& total, std::size_t count) {
    if constexpr (is_number<T>) {
      using Quotient = std::conditional_t<is_integer<T>, double, T>;
      auto const quotient = static_cast<Quotient>(total) / static_cast<Quotient>(count == 0 ? 1 : count);
      return count == 0 ? std::optional<Quotient>() : std::optional<Quotient>(quotient);
    } else {
      using Quotient = std::remove_cvref_t<decltype(total / static_cast<double>(count))>;
      return count == 0 ? std::optional<Quotient>() : std::optional<Quotient>(total / static_cast<double>(count));
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
