// Ranges with random access, borrowed: a position is an index.
#pragma once

#include <parallel_task/core/stage_base.hpp>

#include <cstddef>
#include <memory>
#include <ranges>
#include <type_traits>

namespace parallel_task {
inline namespace v1 {
namespace detail {

/// Ranges whose neighbours share a word and that could be written through, such as a mutable vector<bool>.
template <class R>
concept shares_words = std::same_as<std::ranges::range_value_t<R>, bool> &&
                       !std::is_reference_v<std::ranges::range_reference_t<R>> &&
                       !std::same_as<std::ranges::range_reference_t<R>, bool>;
template <class R>
concept writable_bits = shares_words<R> && std::is_assignable_v<std::ranges::range_reference_t<R>, bool>;

/// What a range's iterator gives; the proxy of a constant bit is a bool.
template <class R>
struct item_of {
  using type = std::ranges::range_reference_t<R>;
};
template <shares_words R>
struct item_of<R> {
  using type = bool;
};
template <class R>
using item_of_t = typename item_of<R>::type;

/// A contiguous range that lives elsewhere: an address and a size, asked for when the terminal runs.
/// One type for vector, array and span of T, so that pipelines over them share their code.
template <class T>
struct Contiguous : ByIndex<Contiguous<T>> {
  using Item = T&;
  using Value = std::remove_cv_t<T>;

  template <class R>
  explicit Contiguous(R& range)
      : range_(const_cast<void*>(static_cast<void const volatile*>(std::addressof(range)))), look_([](Contiguous& self) {
          R& r = *static_cast<R*>(self.range_);
          self.data_ = std::to_address(std::ranges::begin(r));
          self.size_ = static_cast<std::size_t>(std::ranges::size(r));
        }) {}

  void start() { look_(*this); }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const { return data_[i]; }
  template <class K>
  [[gnu::always_inline]] bool feed(Stateless&, Block block, K& k) const {
    // A copy: a byte that the closure writes might otherwise be data_ itself, for all that the compiler knows.
    T* const data = data_;
    return detail::feed_by_index([data](std::size_t i) -> T& { return data[i]; }, block, k);
  }

 private:
  void* range_;
  void (*look_)(Contiguous&);
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A random-access range that lives elsewhere.
template <class R>
struct RandomAccess : ByIndex<RandomAccess<R>> {
  using Item = item_of_t<R>;
  using Value = std::ranges::range_value_t<R>;

  explicit RandomAccess(R& range) : range_(std::addressof(range)) {}

  void start() {
    begin_ = std::ranges::begin(*range_);
    size_ = static_cast<std::size_t>(std::ranges::distance(*range_));
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const {
    return static_cast<Item>(begin_[static_cast<std::ranges::range_difference_t<R>>(i)]);
  }

 private:
  R* range_;
  std::ranges::iterator_t<R> begin_{};
  std::size_t size_ = 0;
};

/// A random-access view, held by the pipeline and iterated as const.
template <class V>
struct RandomAccessView : ByIndex<RandomAccessView<V>> {
  using Item = item_of_t<V const>;
  using Value = std::ranges::range_value_t<V const>;

  explicit RandomAccessView(V view) : view_(std::move(view)) {}

  void start() {
    V const& view = view_;
    begin_.emplace(std::ranges::begin(view));
    size_ = static_cast<std::size_t>(std::ranges::distance(view));
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const {
    return static_cast<Item>((*begin_)[static_cast<std::ranges::range_difference_t<V const>>(i)]);
  }

 private:
  V view_;
  std::optional<std::ranges::iterator_t<V const>> begin_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
