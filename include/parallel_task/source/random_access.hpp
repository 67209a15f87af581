// Ranges with random access and a size: a position is an index.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/source/holder.hpp>

#include <cstddef>
#include <ranges>
#include <type_traits>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A contiguous range that lives elsewhere: an address and a size, asked for when the terminal runs.
/// One type for vector, array and span of T, so that pipelines over them share their code.
template <class T>
struct Contiguous : ByIndex<Contiguous<T>> {
  using Item = T&;
  using Value = std::remove_cv_t<T>;
  static constexpr bool plain = true;

  template <class R>
  explicit Contiguous(R& range)
      : range_(const_cast<void*>(static_cast<void const volatile*>(std::addressof(range)))), look_(&look<R>) {}

  void start() { look_(*this); }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const { return data_[i]; }
  template <class K>
  [[gnu::always_inline]] bool feed(Stateless&, Block block, K& k) const {
    // A copy: a byte that the closure writes might otherwise be part of data_ itself, for all that the compiler knows.
    return detail::feed_by_index(Elements{data_}, block, k);
  }

 private:
  struct Elements {
    static constexpr bool plain = true;
    T* data;
    [[gnu::always_inline]] T& operator()(std::size_t i) const { return data[i]; }
  };
  template <class R>
  static void look(Contiguous& self) {
    R& range = *static_cast<R*>(self.range_);
    self.data_ = std::to_address(std::ranges::begin(range));
    self.size_ = static_cast<std::size_t>(std::ranges::size(range));
  }

  void* range_;
  void (*look_)(Contiguous&);
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Any other random-access range of known size; also owned contiguous ones.
template <class Holder>
struct RandomAccess : ByIndex<RandomAccess<Holder>> {
  using Range = typename Holder::Range;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;

  explicit RandomAccess(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    begin_ = std::ranges::begin(holder_.get());
    size_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const {
    return Holder::item(begin_ + static_cast<std::ranges::range_difference_t<Range>>(i));
  }

 private:
  Holder holder_;
  std::ranges::iterator_t<Range> begin_{};
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
