// Parts of a range with random access, each at a position that is computed: chunk, chunk_exact, slide, adjacent.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/holder.hpp>
#include <parallel_task/source/part.hpp>

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The type of a part as an item: a span where the range is contiguous, else a `part`.
template <class R>
struct PartType {
  using Iterator = std::ranges::iterator_t<R>;
  using type = part<Iterator>;
  static type make(Iterator first, Iterator last) { return type(std::move(first), std::move(last)); }
};
template <class R>
  requires(std::ranges::contiguous_range<R> && std::is_lvalue_reference_v<std::ranges::range_reference_t<R>>)
struct PartType<R> {
  using Iterator = std::ranges::iterator_t<R>;
  using type = std::span<std::remove_reference_t<std::ranges::range_reference_t<R>>>;
  static type make(Iterator first, Iterator last) {
    return type(std::to_address(first), static_cast<std::size_t>(last - first));
  }
};

// Shapes. Of a range of `size` items there are `count` parts, and the i-th is at `at(i)`.

struct PartPlace {
  std::size_t first;
  std::size_t last;
};

struct InChunks {
  std::size_t n;
  [[nodiscard]] std::size_t count(std::size_t size) const noexcept { return size / n + (size % n != 0 ? 1 : 0); }
  [[nodiscard]] PartPlace at(std::size_t i, std::size_t size) const noexcept {
    std::size_t const first = i * n;
    return {first, size - first < n ? size : first + n};
  }
  template <class R>
  using Item = typename PartType<R>::type;
  template <class R>
  using Value = typename PartType<R>::type;
};

struct InWholeChunks : InChunks {
  [[nodiscard]] std::size_t count(std::size_t size) const noexcept { return size / n; }
  [[nodiscard]] PartPlace at(std::size_t i, std::size_t) const noexcept { return {i * n, i * n + n}; }
};

struct InWindows : InChunks {
  [[nodiscard]] std::size_t count(std::size_t size) const noexcept { return size < n ? 0 : size - n + 1; }
  [[nodiscard]] PartPlace at(std::size_t i, std::size_t) const noexcept { return {i, i + n}; }
};

template <class Each, class Numbers>
struct SameParts;
template <class Each, std::size_t... i>
struct SameParts<Each, std::index_sequence<i...>> {
  template <std::size_t>
  using One = Each;
  using type = ProductOf<One<i>...>;
};

/// The items of a window as the parts of one item.
template <std::size_t size>
struct InNeighbours : InWindows {
  InNeighbours() noexcept : InWindows{{size}} {}
  static constexpr std::size_t neighbours = size;
  template <class R>
  using Item = typename SameParts<ReferenceOf<R>, std::make_index_sequence<size>>::type;
  template <class R>
  using Value = typename SameParts<std::ranges::range_value_t<R>, std::make_index_sequence<size>>::type;
};

template <class Shape>
concept gives_neighbours = requires { Shape::neighbours; };

/// The part from `first` to `last`. Iterators of which `first` is one do not contain their items.
template <class Holder, class Shape, class Iterator>
PARALLEL_TASK_ALWAYS_INLINE inline auto part(Iterator first, [[maybe_unused]] Iterator last) {
  using Range = typename Holder::Range;
  if constexpr (gives_neighbours<Shape>) {
    Iterator each[Shape::neighbours];
    for (std::size_t i = 0; i != Shape::neighbours; ++i) {
      each[i] = first;
      ++first;
    }
    return [&each]<std::size_t... i>(std::index_sequence<i...>) {
      return typename Shape::template Item<Range>(Holder::item(each[i])...);
    }(std::make_index_sequence<Shape::neighbours>{});
  } else {
    return PartType<Range>::make(std::move(first), std::move(last));
  }
}

/// The parts of a range of known size with random access.
template <class Holder, class Shape>
struct CutUp : ByIndex<CutUp<Holder, Shape>> {
  using Range = typename Holder::Range;
  using Item = typename Shape::template Item<Range>;
  using Value = typename Shape::template Value<Range>;
  static constexpr bool lasting = lasting_range<Range>;

  CutUp(Holder holder, Shape shape) : holder_(std::move(holder)), shape_(std::move(shape)) {}

  void start() {
    begin_ = std::ranges::begin(holder_.get());
    size_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
    count_ = shape_.count(size_);
  }
  [[nodiscard]] std::size_t total() const { return count_; }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of_range(holder_.get(), written).scattered();
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    PartPlace const place = shape_.at(i, size_);
    if constexpr (gives_neighbours<Shape>) {
      // An iterator may contain its item, so all live until `next` has returned.
      return [&]<std::size_t... n>(std::index_sequence<n...>) {
        Iterator const each[] = {to(place.first + n)...};
        return next(Item(Holder::item(each[n])...));
      }(std::make_index_sequence<Shape::neighbours>{});
    } else {
      return next(detail::part<Holder, Shape>(to(place.first), to(place.last)));
    }
  }

 private:
  using Iterator = std::ranges::iterator_t<Range>;
  [[nodiscard]] Iterator to(std::size_t i) const {
    return begin_ + static_cast<std::ranges::range_difference_t<Range>>(i);
  }

  Holder holder_;
  Shape shape_;
  Iterator begin_{};
  std::size_t size_ = 0;
  std::size_t count_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
