// Items to other places by way of memory elsewhere: moved there, and moved back. No code of a user's runs in between,
// and nothing ends it half way, so that no item is ever lost.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/container/populate.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Items that can be moved away and back without a throw.
template <class I>
inline constexpr bool moves_quietly =
    std::is_nothrow_constructible_v<std::iter_value_t<I>, std::iter_rvalue_reference_t<I>> &&
    std::is_nothrow_assignable_v<std::iter_reference_t<I>, std::iter_value_t<I>> &&
    std::is_nothrow_destructible_v<std::iter_value_t<I>>;

/// Room for as many items as a range has, or null if there is no memory.
template <class I>
class AwayRoom {
 public:
  using T = std::iter_value_t<I>;

  explicit AwayRoom(std::size_t n) noexcept {
    if (n <= (~std::size_t{0} / 2) / sizeof(T)) {
      items_ = static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{alignof(T)}, std::nothrow));
    }
  }
  AwayRoom(AwayRoom const&) = delete;
  AwayRoom& operator=(AwayRoom const&) = delete;
  ~AwayRoom() {
    if (items_ != nullptr) ::operator delete(static_cast<void*>(items_), std::align_val_t{alignof(T)});
  }
  [[nodiscard]] explicit operator bool() const noexcept { return items_ != nullptr; }

  [[nodiscard]] T* get() const noexcept { return items_; }
  /// Item i moves away, to place k.
  void take(ByNumber<I> const& v, std::size_t i, std::size_t k) {
    std::construct_at(items_ + k, std::ranges::iter_move(v.at(i)));
  }
  /// What is at place k comes back, as item i.
  void give_back(ByNumber<I> const& v, std::size_t k, std::size_t i) {
    *v.at(i) = std::move(items_[k]);
    std::destroy_at(items_ + k);
  }
  /// Runs block(b, put) for each block, where put(i, k) moves item i to place k; when all have been put, each to a
  /// place of its own, they move back.
  template <class Block>
  void rearrange(Passes& passes, ByNumber<I> const& v, std::size_t blocks, std::size_t size, Block const& block) {
    detail::prepare_memory(items_, v.size * sizeof(T), passes.settings());
    auto const put = [&](std::size_t i, std::size_t k) { take(v, i, k); };
    passes.each_to_the_end(
        blocks, [&](std::size_t b) { block(b, put); }, size);
    passes.blocks_to_the_end(v.size, items_of_block<T>, [&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) give_back(v, i, i);
    });
  }

 private:
  T* items_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
