// Which items of a range are chosen, and where they go: every item is asked about once, answers are kept as bits, and
// as soon as all answers before a block are counted its items are handed out. What copy_if, unique_copy, partition_copy
// and stable_partition are made of.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/owner.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// For results that nobody wants.
struct NotWanted {
  void operator()(std::size_t, std::size_t) const noexcept {}
};

class Chosen {
 public:
  static constexpr std::size_t word = 64;
  /// `size`: items of a block, rounded up to words. Throws std::bad_alloc.
  Chosen(std::size_t n, std::size_t size)
      : n_(n),
        size_((size + word - 1) / word * word),
        blocks_(Passes::blocks_of(n, size_)),
        words_(new std::uint64_t[n / word + 1]),
        ways_(new Way[blocks_ + 1]) {}

  /// Where it ended: all items before `in` have gone somewhere.
  struct End {
    std::size_t in;
    std::size_t chosen;
    std::size_t others;
  };

  /// Asks about each item once, in no order, and calls yes(i, k) for the k-th item that is chosen, no(i, k) for the
  /// k-th that is not: up to the first for which there is no room. Throws what they throw.
  template <class Ask, class Yes, class No>
  End hand_out(Passes& passes, std::size_t room, std::size_t room_of_others, Ask const& ask, Yes const& yes,
               No const& no) {
    InOrder in_order(blocks_);
    in_order.run(
        passes, size_, [&](std::size_t b) { note(b, ask); }, [&](std::size_t b) { step<No>(b, room, room_of_others); },
        [&](std::size_t b) { emit(b, yes, no); });
    return end();
  }
  /// Asks only; `hand_out_block` may be called for each block afterwards.
  template <class Ask>
  End count(Passes& passes, Ask const& ask) {
    InOrder in_order(blocks_);
    in_order.run(
        passes, size_, [&](std::size_t b) { note(b, ask); },
        [&](std::size_t b) { step<NotWanted>(b, ~std::size_t{0}, ~std::size_t{0}); }, NothingToEmit{});
    return end();
  }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }
  [[nodiscard]] std::size_t size_of_block() const noexcept { return size_; }
  template <class Yes, class No>
  void hand_out_block(std::size_t b, Yes const& yes, No const& no) const {
    emit(b, yes, no);
  }

  /// About `count` items from `i` on, a word at most.
  template <class Ask>
  PARALLEL_TASK_ALWAYS_INLINE static std::uint64_t answers(std::size_t i, std::size_t count, Ask const& ask) {
    std::uint64_t bits = 0;
    for (std::size_t j = 0; j != count; ++j) bits |= std::uint64_t{static_cast<bool>(ask(i + j))} << j;
    return bits;
  }
  /// Hands out the items from `i` on that have answers in `bits`; those chosen go to `k` and so on. Returns the next k.
  template <class Yes, class No>
  PARALLEL_TASK_ALWAYS_INLINE static std::size_t emit_word(std::uint64_t bits, std::size_t i, std::size_t k,
                                                           Yes const& yes, No const& no,
                                                           std::uint64_t there = ~std::uint64_t{0}) {
    if constexpr (!std::is_same_v<No, NotWanted>) {
      std::size_t other = i - k;
      for (std::uint64_t rest = ~bits & there; rest != 0; rest &= rest - 1) {
        no(i + static_cast<std::size_t>(std::countr_zero(rest)), other++);
      }
    }
    for (std::uint64_t rest = bits & there; rest != 0; rest &= rest - 1) {
      yes(i + static_cast<std::size_t>(std::countr_zero(rest)), k++);
    }
    return k;
  }

 private:
  /// Of a block: how many of its items are chosen, and how many before it; where it ends, which is its begin if all
  /// rooms are full before.
  struct Way {
    std::size_t chosen = 0;
    std::size_t before = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] std::size_t end_of(std::size_t b) const noexcept {
    return n_ - b * size_ < size_ ? n_ : (b + 1) * size_;
  }

  template <class Ask>
  void note(std::size_t b, Ask const& ask) {
    std::size_t chosen = 0;
    std::size_t const last = end_of(b);
    for (std::size_t i = b * size_; i < last; i += word) {
      std::size_t const count = last - i < word ? last - i : word;
      std::uint64_t const bits = Chosen::answers(i, count, ask);
      words_[i / word] = bits;
      chosen += static_cast<std::size_t>(std::popcount(bits));
    }
    ways_[b].chosen = chosen;
  }
  template <class No>
  void step(std::size_t b, std::size_t room, std::size_t room_of_others) {
    Way& way = ways_[b];
    std::size_t const first = b * size_;
    std::size_t const last = end_of(b);
    Way& next = ways_[b + 1];
    if (full_) {
      way.end = first;
      next.before = way.before;
      return;
    }
    way.end = last;
    next.before = way.before + way.chosen;
    in_ = last;
    constexpr bool both = !std::is_same_v<No, NotWanted>;
    if (next.before > room || (both && last - next.before > room_of_others)) {
      full_ = true;
      std::size_t taken = way.before;
      std::size_t i = first;
      for (;; ++i) {
        bool const is_chosen = (words_[i / word] >> (i % word) & 1) != 0;
        if (is_chosen ? taken == room : both && i - taken == room_of_others) break;
        taken += is_chosen ? 1U : 0U;
      }
      way.end = in_ = i;
      next.before = taken;
    }
  }
  template <class Yes, class No>
  void emit(std::size_t b, Yes const& yes, No const& no) const {
    Way const& way = ways_[b];
    std::size_t k = way.before;
    std::size_t i = b * size_;
    for (; i + word <= way.end; i += word) {
      std::uint64_t const bits = words_[i / word];
      if (bits == ~std::uint64_t{0}) {
        for (std::size_t j = 0; j != word; ++j) yes(i + j, k + j);
        k += word;
      } else {
        k = emit_word(bits, i, k, yes, no);
      }
    }
    if (i < way.end) {
      std::uint64_t const there = (std::uint64_t{1} << (way.end - i)) - 1;
      emit_word(words_[i / word], i, k, yes, no, there);
    }
  }
  [[nodiscard]] End end() const noexcept {
    std::size_t const chosen = blocks_ == 0 ? 0 : ways_[blocks_].before;
    return {in_, chosen, in_ - chosen};
  }

  std::size_t n_;
  std::size_t size_;
  std::size_t blocks_;
  Owner<std::uint64_t[]> words_;
  Owner<Way[]> ways_;
  std::size_t in_ = 0;  // written by steps, which are one at a time
  bool full_ = false;
};

/// The same on one thread, for what is short: by words of answers, as long as there is room for all, then as a loop.
template <class Ask, class Yes, class No>
Chosen::End hand_out_alone(std::size_t n, std::size_t room, std::size_t room_of_others, Ask const& ask, Yes const& yes,
                           No const& no) {
  constexpr bool both = !std::is_same_v<No, NotWanted>;
  constexpr std::size_t word = Chosen::word;
  Chosen::End end{0, 0, 0};
  while (n - end.in >= word && room - end.chosen >= word && (!both || room_of_others - end.others >= word)) {
    end.chosen = Chosen::emit_word(Chosen::answers(end.in, word, ask), end.in, end.chosen, yes, no);
    end.in += word;
    end.others = end.in - end.chosen;
  }
  for (; end.in != n; ++end.in) {
    if (ask(end.in)) {
      if (end.chosen == room) break;
      yes(end.in, end.chosen++);
    } else {
      if (both && end.others == room_of_others) break;
      no(end.in, end.others++);
    }
  }
  return end;
}

/// Whatever the length. Answers are kept as bits on one thread, too: a branch that nobody can predict costs more.
template <class T, class Ask, class Yes, class No>
Chosen::End hand_out(Passes& passes, std::size_t n, std::size_t room, std::size_t room_of_others, Ask const& ask,
                     Yes const& yes, No const& no) {
  constexpr std::size_t size = items_of_block<T>;
  if (n > size) return Chosen(n, size).hand_out(passes, room, room_of_others, ask, yes, no);
  Chosen::End end{0, 0, 0};
  passes.alone([&] { end = detail::hand_out_alone(n, room, room_of_others, ask, yes, no); });
  return end;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
