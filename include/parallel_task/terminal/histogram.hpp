// histogram(bins), histogram(bins, f): how many items are in each of so many bins.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The number that an item is.
struct ItsNumber {
  template <class X>
    requires whole_number<X> || std::is_same_v<X, bool>
  PARALLEL_TASK_ALWAYS_INLINE constexpr X operator()(X const& x) const noexcept {
    return x;
  }
};

/// Neighbouring items are counted in tables of their own where these are small: of equal ones each would have to wait
/// until the one before it has been counted. Where bins are told by bytes, a table has room for each value that these
/// can have: they are counted without a look at the number of bins, and the end of a block sees whether one was beyond
/// them.
template <class N, class F>
struct Histogram {
  static constexpr std::size_t most_in_lanes = 4096;
  static constexpr std::size_t bytes = 256;
  template <class Bin>
  static constexpr bool is_byte = sizeof(Bin) == 1 && std::is_unsigned_v<Bin>;  // bool too: 0 or 1
  N bins;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  /// What counts the items of a block: the tables by their addresses, which then are in registers.
  struct Counter {
    static constexpr std::size_t lanes = 4;
    F const* f;
    std::size_t bins;
    std::size_t* tables[lanes];

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      return lane(0, static_cast<X&&>(x));
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool lane(std::size_t j, X&& x) {
      auto const bin = detail::call(*f, detail::look(x));
      if constexpr (is_byte<decltype(bin)>) {
        ++tables[j][static_cast<std::size_t>(bin)];
      } else {
        auto const n = detail::number(bin);
        add(j, detail::is_negative(n) || !detail::fits<std::size_t>(n) ? unknown : static_cast<std::size_t>(n));
      }
      return true;
    }
    void end_block() const {
      std::size_t const room = static_cast<std::size_t>(tables[1] - tables[0]);
      for (std::size_t bin = bins; bin < room; ++bin) {
        for (std::size_t const* table : tables) {
          if (table[bin] != 0) refuse();
        }
      }
    }

   private:
    PARALLEL_TASK_ALWAYS_INLINE void add(std::size_t j, std::size_t bin) {
      if (bin >= bins) [[unlikely]]
        refuse();
      ++tables[j][bin];
    }
    [[noreturn]] PARALLEL_TASK_NOINLINE static void refuse() {
      detail::throw_out_of_range("parallel_task::histogram: an item is in none of the bins");
    }
  };
  struct Accumulator {
    static constexpr bool unordered = true;
    F const* f;
    std::size_t bins;
    std::size_t stride;  // from one table to the next; 0 if there is only one
    std::vector<std::size_t> counts;

    [[nodiscard]] Counter for_block() noexcept {
      std::size_t* const first = counts.data();
      return {f, bins, {first, first + stride, first + 2 * stride, first + 3 * stride}};
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      Counter counter = for_block();
      counter(static_cast<X&&>(x));
      counter.end_block();
      return true;
    }
    void join(Accumulator&& later) noexcept {
      for (std::size_t i = 0; i != counts.size(); ++i) counts[i] += later.counts[i];
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(counts);
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (!whole_number<N>) {
      return Problem::bins_not_a_number;
    } else if constexpr (std::is_same_v<F, ItsNumber> &&
                         !std::is_invocable_v<ItsNumber const&, look_t<typename S::Item>>) {
      return Problem::histogram_not_numbers;
    } else if constexpr (detail::closure_problem<F, look_t<typename S::Item>>() != Problem::none) {
      return detail::closure_problem<F, look_t<typename S::Item>>();
    } else {
      using Bin = std::remove_cvref_t<call_t<F, look_t<typename S::Item>>>;
      return whole_number<Bin> || std::is_same_v<Bin, bool> ? Problem::none : Problem::histogram_not_numbers;
    }
  }
  template <class S>
  Accumulator open(S const&) const {
    if (detail::is_negative(detail::number(bins))) {
      detail::throw_invalid_argument("parallel_task: histogram(bins): the number of bins is negative");
    }
    std::size_t const n = detail::count_from(bins);
    using Bin = std::remove_cvref_t<call_t<F, look_t<typename S::Item>>>;
    std::size_t const room = is_byte<Bin> && n < bytes ? bytes : n;
    bool const in_lanes = room <= most_in_lanes;
    return {std::addressof(f), n, in_lanes ? room : 0,
            std::vector<std::size_t>(in_lanes ? Counter::lanes * room : room)};
  }
  std::vector<std::size_t> finish(Accumulator&& all) const {
    if (all.stride != 0) {
      for (std::size_t i = all.stride; i < all.counts.size(); ++i) all.counts[i % all.stride] += all.counts[i];
    }
    all.counts.resize(all.bins);
    return std::move(all.counts);
  }
};

template <class N, class F>
Histogram(N, F) -> Histogram<N, F>;

template <class N>
[[nodiscard]] auto make_histogram(N bins) {
  return Histogram<N, ItsNumber>{bins, {}};
}
template <class N, class F>
[[nodiscard]] auto make_histogram(N bins, F f) {
  return Histogram<N, F>{bins, std::move(f)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
