// smallest(k), largest(k), top_k(k): the first or last of all items in their order.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/terminal/order.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The `k` best items of a `Side`, the best first; of equal ones the first. Each segment keeps a heap, whose root is
/// the worst of its best: most items are compared with that and forgotten. NaN are skipped.
template <class N, class Side, class Order>
struct Top {
  N k;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Order order;

  // Constructors: Clang 16 crashes where an aggregate is made inside another one around an empty member.
  explicit Top(N count) : k(count), order() {}
  Top(N count, Order by) : k(count), order(std::move(by)) {}

  template <class V>
  class Accumulator {
   public:
    Accumulator(Order const* by, std::size_t most) : order_(by), most_(most) {}

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      // One that is equal to the worst comes after it. NaN are never better.
      if (full_ && !Side::better(*order_, static_cast<V const&>(x), heap_.front().value)) [[likely]]
        return true;
      if (most_ == 0 || order_->outside(static_cast<V const&>(x))) return true;
      if (full_) {
        replace_root(Entry{V(static_cast<X&&>(x)), count_++});
      } else {
        push(Entry{V(static_cast<X&&>(x)), count_++});
        full_ = heap_.size() == most_;
      }
      return true;
    }
    void join(Accumulator&& later) {
      // In their order, so that they count on from here.
      for (V& value : later.sorted_by_time()) (void)(*this)(std::move(value));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(count_, full_);
      ar.parts(heap_, &Entry::value, &Entry::time);
    }
    /// All, the best first.
    std::vector<V> result() {
      std::vector<V> all;
      all.reserve(heap_.size());
      std::size_t const n = heap_.size();
      for (std::size_t end = n; end > 1; --end) {
        std::swap(heap_.front(), heap_[end - 1]);
        sift_down(end - 1);
      }
      for (Entry& entry : heap_) all.push_back(std::move(entry.value));
      return all;
    }

   private:
    struct Entry {
      V value;
      std::size_t time;
    };
    [[nodiscard]] bool is_worse(Entry const& a, Entry const& b) const {
      if (Side::better(*order_, b.value, a.value)) return true;
      if (Side::better(*order_, a.value, b.value)) return false;
      return b.time < a.time;
    }
    void push(Entry entry) {
      heap_.push_back(std::move(entry));
      for (std::size_t i = heap_.size() - 1; i != 0;) {
        std::size_t const parent = (i - 1) / 2;
        if (!is_worse(heap_[i], heap_[parent])) break;
        std::swap(heap_[i], heap_[parent]);
        i = parent;
      }
    }
    void replace_root(Entry entry) {
      heap_.front() = std::move(entry);
      sift_down(heap_.size());
    }
    void sift_down(std::size_t end) {
      for (std::size_t i = 0;;) {
        std::size_t child = 2 * i + 1;
        if (child >= end) break;
        if (child + 1 < end && is_worse(heap_[child + 1], heap_[child])) ++child;
        if (!is_worse(heap_[child], heap_[i])) break;
        std::swap(heap_[i], heap_[child]);
        i = child;
      }
    }
    std::vector<V> sorted_by_time() {
      std::vector<std::size_t> place(heap_.size());
      for (std::size_t i = 0; i != place.size(); ++i) place[i] = i;
      // Shell's sort: k is small, and <algorithm> is not.
      for (std::size_t gap = place.size() / 2; gap != 0; gap /= 2) {
        for (std::size_t i = gap; i != place.size(); ++i) {
          for (std::size_t j = i; j >= gap && heap_[place[j]].time < heap_[place[j - gap]].time; j -= gap) {
            std::swap(place[j], place[j - gap]);
          }
        }
      }
      std::vector<V> values;
      values.reserve(heap_.size());
      for (std::size_t const i : place) values.push_back(std::move(heap_[i].value));
      return values;
    }

    Order const* order_;
    std::size_t most_;
    std::size_t count_ = 0;
    bool full_ = false;
    std::vector<Entry> heap_;
  };

  template <class S>
  static consteval Problem problem() {
    using V = typename S::Value;
    if constexpr (!whole_number<N>) {
      return Problem::top_not_a_number;
    } else if constexpr (!std::constructible_from<V, typename S::Item> || !std::movable<V> ||
                         !std::convertible_to<look_t<typename S::Item>, V const&>) {
      return Problem::top_not_copyable;
    } else if constexpr (std::is_same_v<Order, NaturalOrder>) {
      constexpr bool ok = requires(V const& a) { static_cast<bool>(a < a); };
      return ok ? Problem::none : Problem::top_without_order;
    } else {
      constexpr bool ok = requires(Order const& o, V const& a) { o.less(a, a); };
      return ok ? Problem::none : Problem::top_without_order;
    }
  }
  template <class S>
  auto open(S const&) const {
    if (detail::is_negative(detail::number(k))) {
      detail::throw_invalid_argument("parallel_task: smallest, largest and top_k take no negative number");
    }
    return Accumulator<typename S::Value>(std::addressof(order), detail::count_from(k));
  }
  template <class V>
  std::vector<V> finish(Accumulator<V>&& all) const {
    return all.result();
  }
};

template <class N>
[[nodiscard]] auto make_smallest(N k) {
  return Top<N, Smallest, NaturalOrder>(k);
}
template <class N, class Less>
[[nodiscard]] auto make_smallest(N k, Less less) {
  return Top<N, Smallest, CustomOrder<Less>>(k, CustomOrder<Less>{std::move(less)});
}
template <class N>
[[nodiscard]] auto make_largest(N k) {
  return Top<N, Largest, NaturalOrder>(k);
}
template <class N, class Less>
[[nodiscard]] auto make_largest(N k, Less less) {
  return Top<N, Largest, CustomOrder<Less>>(k, CustomOrder<Less>{std::move(less)});
}
/// `largest` by the name under which it is looked for.
template <class... A>
[[nodiscard]] auto make_top_k(A... arguments) {
  return detail::make_largest(std::move(arguments)...);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
