// A partition in one thread that keeps every item, whenever a question throws.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/chosen.hpp>
#include <parallel_task/algorithm/rearrange.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// Each moves the items of [first, last) about which `ask` says yes before all others, and returns where those begin.
// ask(i) is called once for each item i, in order.

/// Both keep their order. Each item is stored twice, to both sides; the others' side is elsewhere, and copied back.
template <class I, class Ask>
std::size_t part_without_branches(ByNumber<I> const& v, std::size_t first, std::size_t last, Ask const& ask,
                                  std::iter_value_t<I>* elsewhere) {
  using T = std::iter_value_t<I>;
  struct Others {  // go back, also when ask() throws: then those from `asked` on are as they were
    T* items;
    T const* others;
    std::size_t asked;
    std::size_t chosen;
    ~Others() { std::copy(others, others + (asked - chosen), items + chosen); }
  } part{std::to_address(v.first) + first, elsewhere, 0, 0};
  T* const items = part.items;  // here and below, what stays in registers beside stores of items
  std::size_t const n = last - first;
  std::size_t chosen = 0;
  for (std::size_t i = 0; i != n; ++i) {
    if constexpr (!noexcept(ask(i))) {
      part.asked = i;
      part.chosen = chosen;
    }
    bool const yes = ask(first + i);
    T const item = items[i];
    elsewhere[i - chosen] = item;
    items[chosen] = item;
    chosen += yes ? 1U : 0U;
  }
  part.asked = n;
  part.chosen = chosen;
  return first + chosen;
}

/// Both keep their order. First every answer, into `answers`, then every move: the others are elsewhere meanwhile.
template <class I, class Ask>
std::size_t part_by_answers(ByNumber<I> const& v, Ask const& ask, std::uint64_t* answers, AwayRoom<I>& elsewhere) {
  constexpr std::size_t word = Chosen::word;
  for (std::size_t i = 0; i < v.size; i += word) {
    answers[i / word] = Chosen::answers(i, (std::min)(v.size - i, word), ask);
  }
  std::size_t chosen = 0;
  for (std::size_t i = 0; i != v.size; ++i) {
    if ((answers[i / word] >> (i % word) & 1) == 0) {
      elsewhere.take(v, i, i - chosen);
    } else {
      if (i != chosen) *v.at(chosen) = std::ranges::iter_move(v.at(i));
      ++chosen;
    }
  }
  for (std::size_t k = 0; k != v.size - chosen; ++k) elsewhere.give_back(v, k, chosen + k);
  return chosen;
}

/// Both keep their order. Without memory: items change places between questions, n log n times.
template <class I, class Ask>
std::size_t part_by_rotation(ByNumber<I> const& v, std::size_t first, std::size_t last, Ask const& ask) {
  if (first == last) return first;
  if (last - first == 1) return ask(first) ? last : first;
  std::size_t const middle = first + (last - first) / 2;
  std::size_t const left = detail::part_by_rotation(v, first, middle, ask);
  std::size_t const right = detail::part_by_rotation(v, middle, last, ask);
  if (left != middle && right != middle) std::ranges::rotate(v.at(left), v.at(middle), v.at(right));
  return left + (right - middle);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
