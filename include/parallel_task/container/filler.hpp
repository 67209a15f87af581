// How a run fills a container: in place where that is possible, otherwise from what its segments keep.
//
// Who owns the items. Written in place: the container, before, during and after the run. Constructed in place: the
// accumulators that constructed them, until `Filler::finish` makes them the buffer's. Gathered: the accumulators, until
// `finish` moves them into the container. After a throw each owner destroys its own.
#pragma once

#include <parallel_task/container/gathered.hpp>
#include <parallel_task/container/in_place.hpp>
#include <parallel_task/container/populate.hpp>
#include <parallel_task/core/overlap.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What happens to the present content of a container.
enum class Filled : unsigned char {
  fresh,     ///< there is none: the container is new
  replaced,  ///< it is removed
  extended   ///< it stays, and the items come after it
};

/// How a pipeline's items get into a container.
enum class FillMethod : unsigned char {
  written,      ///< in place, over existing items: vector, string, valarray
  constructed,  ///< in place, in raw memory: buffer
  gathered      ///< after the run, from what the segments keep
};

/// Whether an item may refer to the value that it replaces: one of another type may hold references to it, like the
/// tuples of std::tie.
template <class V, class Item>
inline constexpr bool may_refer = !std::is_same_v<V, Item>;

/// Can be written in place: contiguous items that exist before the run, and that any thread may write over. What
/// replaces the content may be read from it.
template <class C, class Item, Filled how>
concept placeable =
    std::ranges::contiguous_range<C&> && std::ranges::sized_range<C&> &&
    requires(C& c, std::size_t n) { c.resize(n); } &&
    (how != Filled::extended || !resized_anew<C>)&&std::default_initializable<std::ranges::range_value_t<C&>> &&
    std::is_move_constructible_v<std::ranges::range_value_t<C&>> &&
    std::constructible_from<std::ranges::range_value_t<C&>, Item> &&
    (std::is_same_v<PutOver<std::ranges::range_value_t<C&>, Item, false>, Assign> ||
     (items_made_by_anyone<C> &&
      replaceable<std::ranges::range_value_t<C&>, Item,
                  how == Filled::replaced && may_refer<std::ranges::range_value_t<C&>, Item>>));

template <class C, class S, Filled how>
consteval FillMethod fill_method() {
  if constexpr (custom_append<C, HandedOn<StoredFor<C, S>>>) {
    return FillMethod::gathered;
  } else if constexpr (indexed_source<S> && is_buffer<C>) {
    return FillMethod::constructed;
  } else if constexpr (indexed_source<S> && placeable<C, typename S::Item, how>) {
    return FillMethod::written;
  } else {
    return FillMethod::gathered;
  }
}

/// Why these items can't get into a `C`.
template <class C, class S, Filled how>
consteval Problem collect_problem() {
  if constexpr (array_like<C>) {
    return Problem::collect_fixed_size;
  } else {
    using T = StoredFor<C, S>;
    using X = HandedOn<T>;
    constexpr bool constructible = custom_append<C, X> || can_concatenate<C, X> || !requires {
      typename C::value_type;
    } || std::constructible_from<typename ValueFor<C, S>::type, typename S::Item>;
    constexpr bool sized_only = resized_anew<C> && how != Filled::extended;
    constexpr bool ok = constructible && std::constructible_from<T, typename S::Item> &&
                        (fill_method<C, S, how>() != FillMethod::gathered || appendable<C, X> || sized_only);
    return ok ? Problem::none : Problem::collect_does_not_fit;
  }
}

[[noreturn]] inline void throw_collects_what_it_reads() {
  detail::throw_invalid_argument(
      "parallel_task: collect_into or append_to into what the pipeline reads: collect into "
      "another container and swap");
}

template <class C, Filled how>
class Filler {
 public:
  /// Makes room, on the calling thread, before the run.
  template <class S>
  void prepare(C& target, S& source, Settings const& settings) {
    target_ = std::addressof(target);
    if constexpr (how == Filled::extended && requires { target.size(); }) before_ = target.size();
    std::size_t total = 0;
    if (!detail::knows_total(source, total)) return;
    if constexpr (fill_method<C, S, how>() == FillMethod::gathered) {
      most_ = total;
    } else {
      if constexpr (how != Filled::fresh) check_overlap(source, total);
      placed_ = true;
      make_room(total, settings);
    }
  }

  template <class S>
  auto open(S const&) const {
    constexpr FillMethod method = fill_method<C, S, how>();
    if constexpr (method == FillMethod::gathered) {
      GatheredFor<C, StoredFor<C, S>> part{};
      if (most_ != 0) tell(part, std::exchange(most_, 0));
      return part;
    } else {
      using V = std::ranges::range_value_t<C>;
      using Item = typename S::Item;
      using Over = Placed<V, PutOver<V, Item, how == Filled::replaced && may_refer<V, Item>>>;
      using Raw = std::conditional_t<std::is_trivially_destructible_v<V>, Placed<V, Construct>, Constructed<V>>;
      using Place = std::conditional_t<method == FillMethod::written, Over, Raw>;
      Place place(placed_ ? std::ranges::data(*target_) + before_ : nullptr);
      if constexpr (S::pulls) {
        return PlacedOrKept<Place, V>{std::move(place), placed_, {}};
      } else {
        return place;
      }
    }
  }

  /// After the run, on the calling thread: gives the container the items of `all`, the joined accumulators.
  template <class A>
  void finish(A&& all) {
    take(all);
    complete_ = true;
  }

  /// After a throw: removes what room was made for.
  void roll_back() noexcept {
    if constexpr (std::ranges::contiguous_range<C&> && requires(C& c) { c.pop_back(); }) {
      if (!placed_ || complete_) return;
      while (target_->size() > before_) target_->pop_back();  // not resize, which needs a default constructor
    }
  }

 private:
  template <class S>
  void check_overlap(S& source, std::size_t total) {
    constexpr bool over = how == Filled::replaced && fill_method<C, S, how>() == FillMethod::written;
    std::size_t const size = std::ranges::size(*target_);
    Written const written{target_, sizeof(C), std::ranges::data(*target_), size, sizeof(std::ranges::range_value_t<C>)};
    Overlap const overlap = detail::overlap_of(source, written);
    // A container that grows may move its items before they have been read.
    if (overlap.any() && !(over && overlap.in_place() && total <= size)) detail::throw_collects_what_it_reads();
  }

  void make_room(std::size_t total, Settings const& settings) {
    C& c = *target_;
    using T = std::ranges::range_value_t<C>;
    if constexpr (requires {
                    c.capacity();
                    c.reserve(total);
                    c.clear();
                  }) {
      if (total > c.capacity() - before_) {
        std::size_t wanted = before_ + total;
        if (before_ == 0) {
          c.clear();
        } else if (wanted < 2 * c.capacity()) {
          wanted = 2 * c.capacity();  // so that repeated appending stays linear
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

  // Sets and maps want to know how many items may come.
  template <class T>
  static void tell(Merged<C, T>& part, std::size_t most) {
    part.most = most;
  }
  template <class Part>
  static void tell(Part&, std::size_t) {}

  // The items are in their places: a buffer has to learn that, and to own them from here on.
  template <class V, class Put>
  void take(Placed<V, Put>&) noexcept {
    set_buffer_size();
  }
  template <class V>
  void take(Constructed<V>& place) noexcept {
    set_buffer_size();
    place.release();
  }
  void set_buffer_size() noexcept {
    if constexpr (is_buffer<C>) BufferAccess::set_size(*target_, before_ + total_);
  }

  template <class Place, class V>
  void take(PlacedOrKept<Place, V>& all) {
    if (placed_) {
      take(all.place);
    } else {
      Kept<V> kept{std::move(all.kept)};
      take(kept);
    }
  }

  // The items are in the accumulator, and are moved to the end of the container.
  template <class T>
  void take(Kept<T>& all) {
    append(all);
  }
  void take(Spliced<C>& all) { append(all); }
  template <class T>
  void take(Merged<C, T>& all) {
    if constexpr (how == Filled::fresh) {
      target_->swap(all.set);
      if constexpr (hashed<C>) {
        // Room was made for duplicates too.
        if (target_->bucket_count() / 4 > target_->size() + 64) target_->reserve(target_->size());
      }
    } else {
      append(all);
    }
  }
  template <class All>
  void append(All& all) {
    if constexpr (how == Filled::replaced) detail::make_empty(*target_);
    using Undo = std::conditional_t<how == Filled::extended, AllOrNothing<C>, KeepAll>;
    all.template append_to<Undo>(*target_);
  }

  C* target_ = nullptr;
  std::size_t before_ = 0;
  std::size_t total_ = 0;
  // How many items may come. Only the first segment takes this, when it is opened before the run, since it may get all
  // items. Other segments are opened by several threads at once: they find 0 and must not write.
  mutable std::size_t most_ = 0;
  bool placed_ = false;
  bool complete_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
