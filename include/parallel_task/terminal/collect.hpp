// collect<C>(), collect_into(c), append_to(c): the items, in order, in a container.
#pragma once

#include <parallel_task/container/filler.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A new container of all items, in order; a map or set keeps the first of equal keys. A vector is written in place if
/// the pipeline has an index and the items have a default constructor. After a throw nothing is left. Standard sets and
/// maps whose order or hash has no state are made in parts, so that several threads compare and hash at once.
template <class C>
struct Collect {
  C result{};
  Filler<C, Filled::fresh> filling{};

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<C>) {
      return Problem::collect_qualified;
    } else {
      return detail::collect_problem<C, S, Filled::fresh>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    filling.prepare(result, source, settings);
  }
  template <class S>
  auto open(S const& source) const {
    return filling.open(source);
  }
  template <class A>
  C finish(A&& all) {
    filling.finish(all);
    return std::move(result);
  }
};
/// What can't be made says why. `void` stands for a template that could not be completed.
template <class C>
  requires(!std::default_initializable<C>)
struct Collect<C> {
  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_void_v<C>) {
      return Problem::collect_incomplete;
    } else if constexpr (std::is_reference_v<C>) {
      return Problem::collect_qualified;
    } else {
      return array_like<C> ? Problem::collect_fixed_size : Problem::collect_without_default;
    }
  }
};

/// The terminal of `collect<C>()` where `C` is a template, such as std::vector of the pipeline's values.
template <template <class...> class C, class S>
using CollectTemplate = Collect<typename Deduced<C, typename S::Value>::type>;

/// Replaces the content of the caller's container or, if `extended`, appends to it. The container keeps its capacity,
/// allocator, comparator and hasher. After a throw it is valid: replaced content is unspecified, and what was appended
/// to is as it was before. (A container that can only `push`, a sorted array, or one that an `appender` fills may keep
/// the first of the new items.)
template <class C, Filled how>
struct CollectInto {
  C* target;
  Filler<C, how> filling{};

  explicit CollectInto(C& c) noexcept : target(std::addressof(c)) {}
  CollectInto(CollectInto const&) = default;
  ~CollectInto() {
    if constexpr (how == Filled::extended) filling.roll_back();
  }

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<C>) {
      return Problem::collect_into_const;
    } else {
      return detail::collect_problem<C, S, how>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    filling.prepare(*target, source, settings);
  }
  template <class S>
  auto open(S const& source) const {
    return filling.open(source);
  }
  template <class A>
  void finish(A&& all) {
    filling.finish(all);
  }
};

/// Writes into a span or array. Throws std::invalid_argument if its size is not the number of items: before the run if
/// the number is known then, otherwise after it.
template <class T>
struct CollectIntoSpan {
  using Place = Placed<T, Assign>;

  T* target;
  std::size_t size;
  bool placed = false;

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<T>) {
      return Problem::collect_into_const_span;
    } else {
      constexpr bool ok = std::constructible_from<T, typename S::Item> &&
                          (std::is_move_assignable_v<T> || std::is_copy_assignable_v<T>);
      return ok ? Problem::none : Problem::collect_into_span_of_others;
    }
  }
  template <class S>
  void prepare(S& source, Settings const&) {
    if constexpr (indexed_source<S>) {
      std::size_t total = 0;
      placed = detail::knows_total(source, total);
      if (placed) {
        check_size(total);
        Written const written{nullptr, 0, target, size, sizeof(T)};
        if (!detail::overlap_of(source, written).in_place()) detail::throw_collects_what_it_reads();
      }
    }
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (!indexed_source<S>) {
      return Kept<T>{};
    } else if constexpr (S::pulls) {
      return PlacedOrKept<Place, T>{Place(target), placed, {}};
    } else {
      return Place(target);
    }
  }
  void finish(Place&&) const noexcept {}
  void finish(PlacedOrKept<Place, T>&& all) const {
    if (!placed) copy(all.kept);
  }
  void finish(Kept<T>&& all) const { copy(all.kept); }

 private:
  void copy(ChunkList<T>& items) const {
    check_size(items.size());
    Place place(target);
    items.drain([&place](T* item, T* last) {
      for (; item != last; ++item) place(static_cast<HandedOn<T>>(*item));
    });
  }
  void check_size(std::size_t count) const {
    if (count != size) {
      detail::throw_invalid_argument("parallel_task::collect_into: the size of the span is not the number of items");
    }
  }
};

template <class C>
[[nodiscard]] auto make_collect_into(C& target) {
  if constexpr (array_like<std::remove_const_t<C>>) {  // a vector that is const is none
    return CollectIntoSpan<std::remove_reference_t<std::ranges::range_reference_t<C&>>>{std::ranges::data(target),
                                                                                        std::ranges::size(target)};
  } else {
    return CollectInto<C, Filled::replaced>(target);
  }
}
template <class C>
[[nodiscard]] auto make_append_to(C& target) {
  return CollectInto<C, Filled::extended>(target);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
