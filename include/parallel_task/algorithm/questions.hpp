// any, all, none, count, count_if, contains, find_first, find_any, find_last, is_partitioned over a range at once: the
// terminals of these names, with projections.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/pipeline/operation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `p(proj(item))` as a closure for pipelines.
template <class P, class Proj>
struct Projected {
  P const* p;
  Proj const* proj;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& item) const {
    return static_cast<bool>(detail::call(*p, detail::invoke(*proj, item)));
  }
};
/// `proj(item) == value`.
template <class T, class Proj>
struct ProjectedEqual {
  T const* value;
  Proj const* proj;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& item) const {
    return static_cast<bool>(detail::invoke(*proj, item) == *value);
  }
};
template <class T, class R, class Proj>
concept compared_on = requires(looked_at<R, Proj> item, T const& value) { static_cast<bool>(item == value); };

struct AnyOf : AlgorithmObject<AnyOf> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static bool call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).any(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: any (or any_of) is called as any(r, p) or any(first, last, p), also with a projection "
        "behind, where p takes an item as const and returns bool; after a pipeline as any(p)");
    return {};
  }
};
struct AllOf : AlgorithmObject<AllOf> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static bool call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).all(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: all (or all_of) is called as all(r, p) or all(first, last, p), also with a projection "
        "behind, where p takes an item as const and returns bool; after a pipeline as all(p)");
    return {};
  }
};
struct NoneOf : AlgorithmObject<NoneOf> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static bool call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).none(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: none (or none_of) is called as none(r, p) or none(first, last, p), also with a "
                  "projection behind, where p takes an item as const and returns bool; after a pipeline as none(p)");
    return {};
  }
};
/// How many items satisfy `p`, a closure for pipelines.
template <class H, class R, class P>
std::size_t count_in(Context<H> const& context, R&& range, P const& p) {
  if constexpr (std::ranges::contiguous_range<R> && indexable<R>) {
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    auto const count = [in = std::to_address(std::ranges::begin(range)), &p](std::size_t first, std::size_t last) {
      std::size_t all = 0;
      PARALLEL_TASK_BY_FOURS
      for (; first != last; ++first) all += p(detail::look(in[first])) ? std::size_t{1} : std::size_t{0};
      return all;
    };
    auto const add = [](std::size_t& all, std::size_t more) { all += more; };
    return detail::joined_in(passes, n, count, add).value_or(0);
  } else {
    return detail::pipeline_under(context, std::forward<R>(range)).count_if(p);
  }
}

struct CountItemsIf : AlgorithmObject<CountItemsIf> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static std::size_t call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::count_in(context, std::forward<R>(range), Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: count_if is called as count_if(r, p) or count_if(first, last, p), also with a projection "
        "behind, where p takes an item as const and returns bool; after a pipeline as count_if(p)");
    return {};
  }
};
struct CountItems : AlgorithmObject<CountItems> {
  template <class H, std::ranges::forward_range R, class T, class Proj = std::identity>
    requires compared_on<T, R, Proj>
  static std::size_t call(Context<H> const& context, R&& range, T const& value, Proj const& proj = {}) {
    return detail::count_in(context, std::forward<R>(range), ProjectedEqual<T, Proj>{&value, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: count is called as count(r, value) or count(first, last, value), also with a projection "
        "behind, where items can be compared with value by ==; after a pipeline as count()");
    return {};
  }
};
struct ContainsItem : AlgorithmObject<ContainsItem> {
  template <class H, std::ranges::forward_range R, class T, class Proj = std::identity>
    requires compared_on<T, R, Proj>
  static bool call(Context<H> const& context, R&& range, T const& value, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).any(ProjectedEqual<T, Proj>{&value, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: contains is called as contains(r, value) or contains(first, last, value), also with a "
        "projection behind, where items can be compared with value by ==; after a pipeline as contains(value)");
    return {};
  }
};
struct FindFirstIn : AlgorithmObject<FindFirstIn> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static auto call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).find_first(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_first is called as find_first(r, p) or find_first(first, last, p), also with a "
        "projection behind, where p takes an item as const and returns bool; after a pipeline as find_first(p)");
    return {};
  }
};
struct FindAnyIn : AlgorithmObject<FindAnyIn> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static auto call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).find_any(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_any is called as find_any(r, p) or find_any(first, last, p), also with a projection "
        "behind, where p takes an item as const and returns bool; after a pipeline as find_any(p)");
    return {};
  }
};
struct FindLastIn : AlgorithmObject<FindLastIn> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static auto call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).find_last(Projected<P, Proj>{&p, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_last is called as find_last(r, p) or find_last(first, last, p), also with a "
        "projection behind, where p takes an item as const and returns bool; after a pipeline as find_last(p)");
    return {};
  }
};
struct IsPartitionedIn : AlgorithmObject<IsPartitionedIn> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static bool call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    if constexpr (std::ranges::contiguous_range<R> && indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      auto const in = std::to_address(std::ranges::begin(range));
      Projected<P, Proj> const asked{&p, &proj};
      auto const first_of = [in, &asked](std::size_t first, std::size_t last, bool yes) {
        auto const fits = [&asked](auto const& item) { return asked(item); };
        auto const at = yes ? std::find_if(in + first, in + last, fits) : std::find_if_not(in + first, in + last, fits);
        return static_cast<std::size_t>(at - in);
      };
      Passes passes(context, n);
      return passes.gather(n, PartitionedIn<decltype(first_of)>{&first_of});
    } else {
      return detail::pipeline_under(context, std::forward<R>(range)).is_partitioned(Projected<P, Proj>{&p, &proj});
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: is_partitioned is called as is_partitioned(r, p) or is_partitioned(first, last, p), also "
        "with a projection behind, where p takes an item as const and returns bool; after a pipeline as "
        "is_partitioned(p)");
    return {};
  }
};

template <>
struct AlgorithmNamed<usage_of_any> {
  using type = AnyOf;
};
template <>
struct AlgorithmNamed<usage_of_all> {
  using type = AllOf;
};
template <>
struct AlgorithmNamed<usage_of_none> {
  using type = NoneOf;
};
template <>
struct AlgorithmNamed<usage_of_count> {
  using type = CountItems;
};
template <>
struct AlgorithmNamed<usage_of_count_if> {
  using type = CountItemsIf;
};
template <>
struct AlgorithmNamed<usage_of_contains> {
  using type = ContainsItem;
};
template <>
struct AlgorithmNamed<usage_of_find_first> {
  using type = FindFirstIn;
};
template <>
struct AlgorithmNamed<usage_of_find_any> {
  using type = FindAnyIn;
};
template <>
struct AlgorithmNamed<usage_of_find_last> {
  using type = FindLastIn;
};
template <>
struct AlgorithmNamed<usage_of_is_partitioned> {
  using type = IsPartitionedIn;
};

}  // namespace detail

/// `any_of(r, p)` and `any_of(first, last, p)`, also with a projection behind: returns whether `p` returns true for
/// some item; what `any` of a pipeline does, and `any(r, p)`. Of no more than linear complexity; the answer or
/// exception that comes first in time wins.
///
///     bool const has_large = pt::any_of(v, [](int x) { return x > 4; });  // true
inline constexpr detail::AnyOf any_of{};

/// `all_of(r, p)`: the same for every item.
inline constexpr detail::AllOf all_of{};

/// `none_of(r, p)`: the same for no item.
inline constexpr detail::NoneOf none_of{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
