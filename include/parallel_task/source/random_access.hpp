// Ranges with random access and a size: a position is an index.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/holder.hpp>

#include <cstddef>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A borrowed contiguous range: an address and a size, which are read when the terminal runs. The type is the same for
/// a vector, an array and a span of T, so that pipelines over them share their code.
template <class T>
struct Contiguous : ByIndex<Contiguous<T>> {
  using Item = T&;
  using Value = std::remove_cv_t<T>;
  static constexpr bool plain = true;
  static constexpr bool lasting = true;

  template <class R>
  explicit Contiguous(R& range)
      : range_(const_cast<void*>(static_cast<void const volatile*>(std::addressof(range)))), look_(&look<R>) {}

  void start() { look_(*this); }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] T* data() const noexcept { return data_; }
  [[nodiscard]] Overlap overlap(Written const& written) const {
    return detail::overlap_of_memory(const_cast<void const*>(static_cast<void const volatile*>(data_)), size_,
                                     sizeof(T), written);
  }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    return next(data_[i]);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(Stateless&, Block block, K& k) const {
    // A copy: otherwise the compiler must assume that a byte which the closure writes may be part of data_.
    return detail::feed_by_index(Elements{data_}, block, k);
  }

 private:
  struct Elements {
    using Item = T&;
    static constexpr bool plain = true;
    T* data;
    template <class Next>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(std::size_t i, Next&& next) const {
      return next(data[i]);
    }
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

/// Any other random-access range of known size, and owned contiguous ranges.
template <class Holder>
struct RandomAccess : ByIndex<RandomAccess<Holder>> {
  using Range = typename Holder::Range;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;
  static constexpr bool maps_memory = std::ranges::contiguous_range<Range>;
  static constexpr bool lasting = std::is_lvalue_reference_v<Item> && lasting_range<Range>;
  static constexpr bool owns = owns_data<Holder>;

  explicit RandomAccess(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    begin_ = std::ranges::begin(holder_.get());
    size_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] Overlap overlap(Written const& written) { return detail::overlap_of_range(holder_.get(), written); }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    // The iterator may contain its item, so it lives until `next` has returned.
    return next(Holder::item(begin_ + static_cast<std::ranges::range_difference_t<Range>>(i)));
  }

 private:
  Holder holder_;
  std::ranges::iterator_t<Range> begin_{};
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
