// The parts of a range without random access, or those that are found and can be changed, as a forward range, which is
// walked as others are (walked.hpp).
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/cut_up.hpp>
#include <parallel_task/source/found_pieces.hpp>
#include <parallel_task/source/holder.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A part, by iterators, and where the next one begins. `over`: there is no part here; `final`: no part behind it.
template <class Iterator>
struct WalkedPart {
  Iterator first{};
  Iterator last{};
  Iterator next{};
  bool over = true;
  bool final = false;
};

/// `n` steps from `it`, or fewer to the end; whether there were n.
template <class Iterator, class Sentinel>
bool walk_up_to(Iterator& it, Sentinel const& end, std::size_t n) {
  for (; n != 0; --n, static_cast<void>(++it)) {
    if (it == end) return false;
  }
  return true;
}
template <class P, class Iterator, class Sentinel>
void walk_to_item(P const& p, Iterator& it, Sentinel const& end) {
  while (!(it == end) && !static_cast<bool>(detail::call(p, detail::look(*it)))) ++it;
}

// How each shape finds the part that begins at `part.next`. `is_first`: no part was before it.

template <class Part, class Sentinel>
void find_part(InChunks const& shape, Part& part, Sentinel const& end, bool) {
  part.first = part.last = part.next;
  part.over = part.first == end;
  (void)detail::walk_up_to(part.last, end, shape.n);
  part.next = part.last;
}
template <class Part, class Sentinel>
void find_part(InWholeChunks const& shape, Part& part, Sentinel const& end, bool) {
  part.first = part.last = part.next;
  part.over = !detail::walk_up_to(part.last, end, shape.n);
  part.next = part.last;
}
template <class Part, class Sentinel>
void find_part(InWindows const& shape, Part& part, Sentinel const& end, bool is_first) {
  part.first = part.next;
  if (is_first) part.last = part.next;
  part.over = !detail::walk_up_to(part.last, end, is_first ? shape.n : 1);
  if (!part.over) ++part.next;
}
template <class P, class Part, class Sentinel>
void find_part(SplitAt<P> const& shape, Part& part, Sentinel const& end, bool) {
  part.over = part.final;
  part.first = part.last = part.next;
  if (part.over) return;
  detail::walk_to_item(shape.separates, part.last, end);
  part.next = part.last;
  part.final = part.last == end;
  if (!part.final) ++part.next;
}
template <class P, class Part, class Sentinel>
void find_part(SplitAfter<P> const& shape, Part& part, Sentinel const& end, bool) {
  part.first = part.last = part.next;
  part.over = part.first == end;
  detail::walk_to_item(shape.separates, part.last, end);
  if (!(part.last == end)) ++part.last;
  part.next = part.last;
}
template <class P, class Part, class Sentinel>
void find_part(ChunkBy<P> const& shape, Part& part, Sentinel const& end, bool) {
  part.first = part.last = part.next;
  part.over = part.first == end;
  if (part.over) return;
  for (auto before = part.last; !(++part.last == end); ++before) {
    if (!detail::invoke(shape.together, detail::look(*before), detail::look(*part.last))) break;
  }
  part.next = part.last;
}

/// A forward range of parts. An iterator has its part, so that who computes with it takes no step to find it.
template <class Holder, class Shape>
class WalkedParts {
  using Base = typename Holder::Range;
  using BaseIterator = std::ranges::iterator_t<Base>;

 public:
  WalkedParts(Holder holder, Shape shape) : holder_(std::move(holder)), shape_(std::move(shape)) {}

  class Iterator {
   public:
    using value_type = typename Shape::template Item<Base>;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    Iterator(WalkedParts const& parts, BaseIterator begin) : parts_(std::addressof(parts)) {
      part_.next = std::move(begin);
      detail::find_part(parts.shape_, part_, parts.end_, true);
    }
    value_type operator*() const { return detail::part<Holder, Shape>(part_.first, part_.last); }
    Iterator& operator++() {
      detail::find_part(parts_->shape_, part_, parts_->end_, false);
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(Iterator const& a, Iterator const& b) {
      return a.part_.over == b.part_.over && (a.part_.over || a.part_.first == b.part_.first);
    }
    friend bool operator==(Iterator const& a, std::default_sentinel_t) { return a.part_.over; }

   private:
    WalkedParts const* parts_ = nullptr;
    WalkedPart<BaseIterator> part_;
  };

  /// Called once, when the run begins.
  Iterator begin() {
    end_ = std::ranges::end(holder_.get());
    return Iterator(*this, std::ranges::begin(holder_.get()));
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  Holder holder_;
  Shape shape_;
  std::ranges::sentinel_t<Base> end_{};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
