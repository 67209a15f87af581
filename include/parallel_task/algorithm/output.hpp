// Where algorithms write: a range, which bounds them, or an iterator, behind which the caller promises to have room.
#pragma once

#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/holder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class Out>
struct OutputOf {
  using iterator = std::remove_cvref_t<Out>;
  using result = iterator;
};
template <std::ranges::range Out>
struct OutputOf<Out> {
  using iterator = std::ranges::iterator_t<Out>;
  using result = std::ranges::borrowed_iterator_t<Out>;
};
/// The iterator with which an algorithm writes.
template <class Out>
using output_iterator = typename OutputOf<Out>::iterator;
/// What it returns for where it ended.
template <class Out>
using output_result = typename OutputOf<Out>::result;

template <class Out>
concept output = std::ranges::range<Out> || std::input_or_output_iterator<std::remove_cvref_t<Out>>;

/// Iterators whose neighbours share a word, such as those of vector<bool>: two threads may not write to them.
template <class I>
inline constexpr bool writes_bits = [] {
  if constexpr (std::forward_iterator<I>) {
    return writable_bits<std::ranges::subrange<I, I>>;
  } else {
    return false;
  }
}();

/// Outputs whose parts threads can write by themselves.
template <class Out>
concept indexable_output =
    output<Out> && std::random_access_iterator<output_iterator<Out>> && !writes_bits<output_iterator<Out>> &&
    (!std::ranges::range<Out> || std::ranges::sized_range<Out>);

template <class Out>
constexpr output_iterator<Out> output_begin(Out&& out) {
  if constexpr (std::ranges::range<Out>) {
    return std::ranges::begin(out);
  } else {
    return std::forward<Out>(out);
  }
}
/// How many of `n` items there is room for.
template <class Out>
constexpr std::size_t room_for(std::size_t n, Out& out) {
  if constexpr (std::ranges::range<Out>) {
    return (std::min)(n, static_cast<std::size_t>(std::ranges::size(out)));
  } else {
    return n;
  }
}
/// Whether a loop on one thread has come to the end of the output.
template <class Out>
constexpr bool is_full(output_iterator<Out> const& at, Out& out) {
  if constexpr (std::ranges::range<Out>) {
    return at == std::ranges::end(out);
  } else {
    return false;
  }
}

/// How what is written lies to what is read.
enum class Lies : unsigned char {
  apart,
  in_place,  ///< item i is written where item i is read
  behind,    ///< begins before what is read: a loop from the front reads each item before it is overwritten
  ahead      ///< begins inside of what is read, so that items would be overwritten before they are read
};

/// How the `m` items from `out` on lie to the `n` from `in` on, as far as it can be seen: of contiguous iterators, and
/// of random-access iterators of one type that refer to items.
template <class I, class O>
Lies how_it_lies(I const& in, std::size_t n, O const& out, std::size_t m) {
  if (n == 0 || m == 0) return Lies::apart;
  if constexpr (std::contiguous_iterator<I> && std::contiguous_iterator<O>) {
    auto const address = [](auto const* at) { return reinterpret_cast<std::uintptr_t>(at); };
    std::uintptr_t const read = address(std::to_address(in));
    std::uintptr_t const written = address(std::to_address(out));
    if (written >= read + n * sizeof(std::iter_value_t<I>) || read >= written + m * sizeof(std::iter_value_t<O>)) {
      return Lies::apart;
    }
    if (sizeof(std::iter_value_t<I>) != sizeof(std::iter_value_t<O>)) return Lies::ahead;
    return written == read ? Lies::in_place : written < read ? Lies::behind : Lies::ahead;
  } else if constexpr (std::same_as<I, O> && std::random_access_iterator<I> &&
                       std::is_lvalue_reference_v<std::iter_reference_t<I>>) {
#if defined(_GLIBCXX_DEBUG)
    return Lies::apart;  // its iterators may not be compared if they are of two containers
#else
    // Of two containers the distance means nothing. Then the items at that distance are not the same.
    auto const distance = out - in;
    if (distance >= 0 && static_cast<std::size_t>(distance) < n) {
      if (std::addressof(in[distance]) == std::addressof(*out)) return distance == 0 ? Lies::in_place : Lies::ahead;
    } else if (distance < 0 && static_cast<std::size_t>(-(distance + 1)) < m - 1) {
      if (std::addressof(out[-distance]) == std::addressof(*in)) return Lies::behind;
    }
    return Lies::apart;
#endif
  } else {
    return Lies::apart;
  }
}

/// Of an output that is compared to two inputs: what it allows for both.
[[nodiscard]] constexpr Lies worse_of(Lies a, Lies b) noexcept { return a < b ? b : a; }

[[noreturn]] PARALLEL_TASK_COLD inline void throw_overlap() {
  detail::throw_invalid_argument(
      "parallel_task: the output of this algorithm overlaps its input, so that items would be overwritten before they "
      "are read");
}

/// Calls f(first, last) for stretches of `n` positions of which each reads and writes its own, or, if the output begins
/// before the input, from the front on this thread. Throws `std::invalid_argument` if neither is right.
template <class F>
void write_stretches(Passes& passes, Lies lies, std::size_t n, F const& f) {
  if (lies == Lies::ahead) throw_overlap();
  if (lies == Lies::behind) {
    passes.alone([&] { f(std::size_t{0}, n); });
  } else {
    passes.stretches(n, f);
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
