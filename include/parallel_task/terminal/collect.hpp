// collect<C>(), collect_into(c), append_to(c): the items, in order, in a container.
#pragma once

#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/terminal/container.hpp>
#include <parallel_task/terminal/place.hpp>
#include <parallel_task/terminal/populate.hpp>

#include <concepts>
#include <cstddef>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// How a pipeline's items get into a container.
enum class Way : unsigned char {
  assigned,     ///< in place, over items that exist: vector, string
  constructed,  ///< in place, in raw memory: buffer
  spliced,      ///< every segment a list of its own, joined by a pointer
  appended      ///< every segment a list of chunks, moved behind one another at the end
};

template <class C, class S>
consteval Way way() {
  using Item = typename S::Item;
  if constexpr (custom_append<C, stored_t<C, S>&&>) {
    return Way::appended;
  } else if constexpr (indexed_source<S> && is_buffer<C>) {
    return Way::constructed;
  } else if constexpr (indexed_source<S> && placeable<C, Item>) {
    return Way::assigned;
  } else if constexpr (spliceable<C, Item>) {
    return Way::spliced;
  } else {
    return Way::appended;
  }
}

template <class T>
struct Kept {
  ChunkList<T> kept;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    kept.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(Kept&& later) noexcept { kept.join(std::move(later.kept)); }
};

template <class C>
struct Spliced {
  C list;
  template <class X>
  bool operator()(X&& x) {
    list.emplace_back(static_cast<X&&>(x));
    return true;
  }
  void join(Spliced&& later) { list.splice(list.end(), later.list); }
};

/// Why these items can't get into a `C`.
template <class C, class S>
consteval Problem collect_problem() {
  if constexpr (array_like<C>) {
    return Problem::collect_fixed_size;
  } else {
    constexpr bool constructible =
        custom_append<C, stored_t<C, S>&&> || can_concatenate<C, stored_t<C, S>&&> ||
        !requires { typename C::value_type; } || std::constructible_from<typename StoredFor<C, S>::type, typename S::Item>;
    constexpr bool ok = constructible && std::constructible_from<stored_t<C, S>, typename S::Item> &&
                        (way<C, S>() != Way::appended || appendable<C, stored_t<C, S>&&>);
    return ok ? Problem::none : Problem::collect_does_not_fit;
  }
}

/// A container being filled behind the `before` items that stay. `Undo`: what becomes of it after a throw.
template <class C, class Undo = KeepAll>
class Filling {
 public:
  /// Makes room, on the calling thread, before the run.
  template <class S>
  void prepare(C& target, std::size_t before, S const& source, Settings const& settings) {
    target_ = &target;
    before_ = before;
    if constexpr (way<C, S>() == Way::assigned || way<C, S>() == Way::constructed) {
      std::size_t const total = source.total();
      placed_ = total != unknown;
      if (placed_) make_room(total, settings);
    }
  }

  template <class S>
  auto open(S const&) const {
    constexpr Way how = way<C, S>();
    using T = stored_t<C, S>;
    if constexpr (how == Way::appended) {
      return Kept<T>{};
    } else if constexpr (how == Way::spliced) {
      return Spliced<C>{};
    } else {
      using V = std::ranges::range_value_t<C>;
      using Raw = std::conditional_t<std::is_trivially_destructible_v<V>, ConstructedTrivially<V>, Constructed<V>>;
      using Place = std::conditional_t<how == Way::assigned, Assigned<V>, Raw>;
      Place place(placed_ ? std::ranges::data(*target_) + before_ : nullptr);
      if constexpr (S::pulls) {
        return PlacedOrKept<Place, V>{std::move(place), placed_, {}};
      } else {
        return place;
      }
    }
  }

  /// `before` other than 0 appends; else what was in the target goes.
  template <class A>
  void finish(A&& all) {
    if constexpr (requires { all.list; }) {
      if (before_ == 0) {
        *target_ = std::move(all.list);
      } else {
        target_->splice(target_->end(), all.list);
      }
    } else if constexpr (requires { all.placed; }) {
      if (placed_) {
        filled(all.place);
      } else {
        append(all.kept);
      }
    } else if constexpr (requires { all.kept; }) {
      append(all.kept);
    } else {
      filled(all);
    }
    complete_ = true;
  }

  /// After a throw: what had been made room for goes again.
  void roll_back() noexcept {
    if constexpr (requires(C& c) { c.resize(before_); }) {
      if (placed_ && !complete_) target_->resize(before_);
    }
  }

 private:
  void make_room(std::size_t total, Settings const& settings) {
    C& c = *target_;
    using T = std::ranges::range_value_t<C>;
    if constexpr (requires { c.capacity(); c.reserve(total); }) {
      if (total > c.capacity() - before_) {
        std::size_t wanted = before_ + total;
        if (before_ == 0) {
          c.clear();
        } else if (wanted < 2 * c.capacity()) {
          wanted = 2 * c.capacity();  // appending again and again stays linear
        }
        if (before_ != 0 || total * sizeof(T) >= large_memory) {
          c.reserve(wanted);
          detail::prepare_memory(std::ranges::data(c) + before_, total * sizeof(T), settings);
        }
      }
    }
    if constexpr (is_buffer<C>) {
      c.reserve(before_ + total);
      while (c.size() > before_) c.pop_back();
      total_ = total;
    } else {
      c.resize(before_ + total);
    }
  }

  template <class Place>
  void filled(Place& place) noexcept {
    if constexpr (is_buffer<C>) {
      BufferAccess::set_size(*target_, before_ + total_);
      place.release();
    }
  }

  template <class T>
  void append(ChunkList<T>& kept) {
    if (before_ == 0) {
      if constexpr (requires { target_->clear(); }) {
        target_->clear();
      } else {
        *target_ = C();
      }
    }
    detail::append_chunks<Undo>(*target_, kept);
  }

  C* target_ = nullptr;
  std::size_t before_ = 0;
  std::size_t total_ = 0;
  bool placed_ = false;
  bool complete_ = false;
};

/// A new container of all items, in order; a map or set keeps the first of equal keys. A vector is written in place where
/// the pipeline has an index and the items a default constructor. What is thrown leaves nothing behind.
template <class C>
struct Collect {
  C result{};
  Filling<C> filling{};

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_void_v<C>) {
      return Problem::collect_incomplete;
    } else if constexpr (std::is_reference_v<C> || std::is_const_v<C>) {
      return Problem::collect_qualified;
    } else if constexpr (!std::default_initializable<C> && !array_like<C>) {
      return Problem::collect_without_default;
    } else {
      return detail::collect_problem<C, S>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    filling.prepare(result, 0, source, settings);
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
template <>
struct Collect<void> {
  template <class S>
  static consteval Problem problem() {
    return Problem::collect_incomplete;
  }
};

/// The type of `collect<C>()` where `C` is a template: std::vector of the pipeline's values.
template <template <class...> class C, class S>
using CollectTemplate = Collect<typename Deduced<C, typename S::Value>::type>;

/// Replaces (or, `Append`, goes behind) the content of a container of the caller's. Replacing keeps its capacity. After a
/// throw the container is whole: its content unspecified when replaced, what it was when appended to (one that can only
/// `push`, or that an `appender` fills, may keep the first of the new items).
template <class C, bool Append>
struct CollectInto {
  C* target;
  Filling<C, std::conditional_t<Append, AllOrNothing<C>, KeepAll>> filling{};

  explicit CollectInto(C& c) noexcept : target(&c) {}
  CollectInto(CollectInto const&) = default;
  ~CollectInto() {
    if constexpr (Append) filling.roll_back();
  }

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<C>) {
      return Problem::collect_into_const;
    } else {
      return detail::collect_problem<C, S>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    std::size_t before = 0;
    if constexpr (Append) {
      if constexpr (requires { target->size(); }) {
        before = target->size();
      } else {
        before = 1;  // forward_list: all that is asked is whether it stays
      }
    }
    filling.prepare(*target, before, source, settings);
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

/// Writes into a span or array, whose size must be the number of items: else std::invalid_argument, before the run where
/// the number is known, else behind it.
template <class T>
struct CollectIntoSpan {
  T* target;
  std::size_t size;
  bool placed = false;

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<T>) {
      return Problem::collect_into_const_span;
    } else {
      constexpr bool ok = std::constructible_from<T, typename S::Item> && std::is_move_assignable_v<T>;
      return ok ? Problem::none : Problem::collect_into_span_of_others;
    }
  }
  template <class S>
  void prepare(S& source, Settings const&) {
    if constexpr (indexed_source<S>) {
      std::size_t const total = source.total();
      placed = total != unknown;
      if (placed) check_size(total);
    }
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (!indexed_source<S>) {
      return Kept<T>{};
    } else if constexpr (S::pulls) {
      return PlacedOrKept<Assigned<T>, T>{Assigned<T>(target), placed, {}};
    } else {
      return Assigned<T>(target);
    }
  }
  template <class A>
  void finish(A&& all) const {
    if constexpr (requires { all.kept; }) {
      if (placed) return;
      check_size(all.kept.size());
      T* out = target;
      all.kept.drain([&out](T* item, T* last) {
        for (; item != last; ++item, ++out) *out = std::move(*item);
      });
    }
  }

 private:
  void check_size(std::size_t count) const {
    if (count != size) {
      detail::throw_error(std::invalid_argument(
          "parallel_task::collect_into: the size of the span is not the number of items"));
    }
  }
};

template <class C>
[[nodiscard]] auto make_collect_into(C& target) {
  if constexpr (array_like<C>) {
    return CollectIntoSpan<std::remove_reference_t<std::ranges::range_reference_t<C&>>>{std::ranges::data(target),
                                                                                        std::ranges::size(target)};
  } else {
    return CollectInto<C, false>(target);
  }
}
template <class C>
[[nodiscard]] auto make_append_to(C& target) {
  return CollectInto<C, true>(target);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
