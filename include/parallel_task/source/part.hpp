// A part of a range as an item.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// What `chunk`, `slide`, `chunk_by` and the like give of a range that is not contiguous: from one iterator to another,
/// as `std::ranges::subrange`, which would take all of `<ranges>` with it. A view; it refers to the range.
template <class Iterator>
class part {
 public:
  using iterator = Iterator;

  part() = default;
  part(Iterator first, Iterator last) : first_(std::move(first)), last_(std::move(last)) {}

  [[nodiscard]] Iterator begin() const { return first_; }
  [[nodiscard]] Iterator end() const { return last_; }
  [[nodiscard]] bool empty() const { return first_ == last_; }
  [[nodiscard]] explicit operator bool() const { return !empty(); }
  [[nodiscard]] std::size_t size() const
    requires std::sized_sentinel_for<Iterator, Iterator>
  {
    return static_cast<std::size_t>(last_ - first_);
  }
  [[nodiscard]] std::iter_reference_t<Iterator> front() const { return *first_; }
  [[nodiscard]] std::iter_reference_t<Iterator> back() const
    requires std::bidirectional_iterator<Iterator>
  {
    Iterator last = last_;
    return *--last;
  }
  [[nodiscard]] std::iter_reference_t<Iterator> operator[](std::size_t i) const
    requires std::random_access_iterator<Iterator>
  {
    return first_[static_cast<std::iter_difference_t<Iterator>>(i)];
  }

 private:
  Iterator first_{};
  Iterator last_{};
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

template <class Iterator>
inline constexpr bool std::ranges::enable_view<parallel_task::part<Iterator>> = true;
template <class Iterator>
inline constexpr bool std::ranges::enable_borrowed_range<parallel_task::part<Iterator>> = true;
