// What set_union, set_intersection, set_difference and set_symmetric_difference are made of.
//
// Blocks of both ranges, cut where a run of equal items begins in both, go in order: each packs its results in the
// cache, or counts them, learns where they go, and copies them there, or compares once more.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/buffers.hpp>
#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/set_steps.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <SetKind kind, class Two, class Out>
class SetOperation {
  using A = decltype(Two::a.first);
  using B = decltype(Two::b.first);
  using T = std::iter_value_t<A>;

 public:
  SetOperation(Two const& two, Out const& out) noexcept : two_(two), out_(out) {}

  struct End {
    BothAt in;
    std::size_t out = 0;
  };
  End run(Passes& passes) {
    std::size_t const n = two_.total();
    BothAt const all{two_.a.size, two_.b.size};
    if (n <= size) {
      Alone alone;
      passes.alone([&] { go_on(alone, all, n); });
      return alone.at;
    }
    if (passes.most_threads() == 1) {  // nobody else: no cuts, and results go where they stay
      Alone alone;
      std::conditional_t<packs, LentBuffer<Packed>, NoPiece> const lent(buffers_);
      alone.memory = lent.get();
      passes.one_by_one(
          Passes::blocks_of(n, size), [&](std::size_t) { go_on(alone, all, size); }, size);
      return alone.at;
    }
    std::size_t const blocks = Passes::blocks_of(n, size);
    auto const cuts = detail::cut_both(passes, blocks, size, all, [&](std::size_t k) { return cut(k); });
    Owner<Part[]> parts(new Part[blocks + 1]);
    parts[0].before = 0;
    InOrder in_order(blocks);
    {
      struct GiveBack {
        SetOperation& self;
        Part* parts;
        std::size_t blocks;
        ~GiveBack() {
          for (std::size_t i = 0; i != blocks; ++i) self.free(parts[i]);
        }
      } const when_over{*this, &parts[0], blocks};
      for (std::size_t i = 0; i != blocks; ++i) parts[i].packed = nullptr;
      in_order.run(
          passes, size, [&](std::size_t i) { compute(cuts[i], cuts[i + 1], parts[i]); },
          [&](std::size_t i) { parts[i + 1].before = parts[i].before + parts[i].count; },
          [&](std::size_t i) { emit(cuts[i], cuts[i + 1], parts[i]); });
    }
    return end_of(cuts, parts, blocks);
  }

 private:
  static constexpr std::size_t size = items_of_block<T>;
  static constexpr std::size_t few = 64;
  static constexpr bool packs = cheap_to_merge<A, B, decltype(Out::first)>;
  using Packed = std::conditional_t<packs, T, unsigned char>;
  struct Part {
    std::size_t before;
    std::size_t count;
    Packed* packed;
  };

  /// Where the run of equal items begins in which the k-th of the merged whole lies, or of the items between.
  [[nodiscard]] BothAt cut(std::size_t k) const { return cut_in({0, 0}, {two_.a.size, two_.b.size}, k); }
  [[nodiscard]] BothAt cut_in(BothAt from, BothAt to, std::size_t k) const {
    std::size_t const of_a = two_.co_rank_in(from, to, k);
    std::size_t const i = from.a + of_a;
    std::size_t const j = from.b + (k - of_a);
    if (i == from.a || (j != from.b && !two_.b_first(j - 1, i - 1))) {  // the last one is of b
      std::size_t const last = j - 1;
      return {detail::first_not_near(from.a, i, [&](std::size_t x) { return two_.a_first(x, last); }),
              detail::first_not_near(from.b, last, [&](std::size_t x) { return two_.in_b(x, last); })};
    }
    std::size_t const last = i - 1;
    return {detail::first_not_near(from.a, last, [&](std::size_t x) { return two_.in_a(x, last); }),
            detail::first_not_near(from.b, j, [&](std::size_t x) { return two_.b_first(x, last); })};
  }
  void compute(BothAt from, BothAt to, Part& part) {
    if constexpr (packs) {
      LentBuffer<T> lent(buffers_);
      if (lent && fits(from, to)) {
        part.count = pack(from, to, lent.get());
        if (kept_.fetch_add(1, detail::memory_order_relaxed) < most_kept) {
          part.packed = lent.keep();
        } else {
          kept_.fetch_sub(1, detail::memory_order_relaxed);
        }
        return;
      }
    }
    part.count = 0;
    detail::walk_both<kind>(two_, from, to, [&](bool, std::size_t) { return ++part.count, true; });
  }
  void emit(BothAt from, BothAt to, Part& part) {
    std::size_t const room = out_.size < part.before ? 0 : (std::min)(out_.size - part.before, part.count);
    if constexpr (packs) {
      if (part.packed != nullptr) {
        if (room != 0) std::copy(part.packed, part.packed + room, out_.at(part.before));
        free(part);
        return;
      }
      LentBuffer<T> lent(buffers_);
      if (lent && fits(from, to)) {
        std::size_t const count = (std::min)(pack(from, to, lent.get()), room);
        if (count != 0) std::copy(lent.get(), lent.get() + count, out_.at(part.before));
        return;
      }
    }
    // Of a comparison that contradicts itself there may be other results now: no more are written.
    std::size_t k = part.before;
    std::size_t const end = part.before + room;
    detail::walk_both<kind>(two_, from, to, [&](bool of_b, std::size_t i) { return k != end && put(k++, of_b, i); });
  }
  [[nodiscard]] static bool fits(BothAt from, BothAt to) noexcept {
    return to.a - from.a + (to.b - from.b) <= 2 * size;
  }
  /// Two halves side by side: each step waits for the loads of the one before.
  std::size_t pack(BothAt from, BothAt to, T* buffer) const {
    T const* const a = std::to_address(two_.a.first);
    T const* const b = std::to_address(two_.b.first);
    std::size_t const total = to.a - from.a + (to.b - from.b);
    BothAt middle = from;
    if (total > few) middle = cut_in(from, to, total / 2);
    T* const places = buffer + (middle.a - from.a) + (middle.b - from.b);
    Packing<kind, T> one{a + from.a, a + middle.a, b + from.b, b + middle.b, buffer};
    Packing<kind, T> two{a + middle.a, a + to.a, b + middle.b, b + to.b, places};
    detail::pack_two(two_, one, two);
    one.finish(two_);
    two.finish(two_);
    return static_cast<std::size_t>(std::copy(places, two.to, one.to) - buffer);
  }
  void free([[maybe_unused]] Part& part) {
    if constexpr (packs) {
      if (part.packed == nullptr) return;
      buffers_.give_back(std::exchange(part.packed, nullptr));
      kept_.fetch_sub(1, detail::memory_order_relaxed);
    }
  }
  bool put(std::size_t k, bool of_b, std::size_t i) const {
    if (of_b) {
      out_[k] = two_.b[i];
    } else {
      out_[k] = two_.a[i];
    }
    return true;
  }
  /// What one thread has done so far.
  struct Alone {
    End at;
    Packed* memory = nullptr;                  // for a block's results, or null
    std::ptrdiff_t believed = steps_believed;  // longer, the longer it goes alike
  };
  /// Goes on for `most` items of both or some more, unless the output is full; results go where they stay.
  void go_on(Alone& alone, BothAt all, std::size_t most) const {
    End& at = alone.at;
    std::size_t const first = at.in.a + at.in.b;
    std::size_t const last = first + (std::min)(most, all.a + all.b - first);
    if constexpr (packs) {
      if (alone.memory == nullptr) {
        constexpr std::size_t piece = 8192 / sizeof(T);
        alignas(T) unsigned char memory[piece * sizeof(T)];
        go_on_cheaply(alone, all, last, reinterpret_cast<T*>(memory), piece);
      } else {
        go_on_cheaply(alone, all, last, alone.memory, size);
      }
    }
    auto const take = [&](bool of_b, std::size_t i) { return at.out != out_.size && put(at.out++, of_b, i); };
    while (at.in.a != all.a && at.in.b != all.b) {
      if (at.in.a + at.in.b >= last || !detail::step_of_both<kind>(two_, at.in, take)) return;
    }
    if (at.in.a + at.in.b >= last) return;
    BothAt rest = all;  // some of it, for now
    (at.in.b == all.b ? rest.a : rest.b) = last - (at.in.b == all.b ? at.in.b : at.in.a);
    detail::walk_both<kind>(two_, at.in, rest, take);
  }
  /// The same of cheap items, up to where either has few left, or there may be little room. Packs where it can't be
  /// foreseen how steps go: `most` items of both at once.
  void go_on_cheaply(Alone& alone, BothAt all, std::size_t last, T* packed, std::size_t most) const {
    End& at = alone.at;
    T const* const a = std::to_address(two_.a.first);
    T const* const b = std::to_address(two_.b.first);
    T* const out = std::to_address(out_.first);
    while (at.in.a + at.in.b < last) {
      Packing<kind, T> steps{a + at.in.a, a + all.a, b + at.in.b, b + all.b, packed};
      std::size_t const room = out_.size - at.out;
      if (steps.steps() < steps_looked_at || room < few) return;
      std::size_t const piece = (std::min)(most, room - steps_looked_at);
      bool const is_foreseen = detail::look_ahead(two_, steps);
      steps.to = std::copy(packed, steps.to, out + at.out);
      auto const note = [&] {
        at = {{static_cast<std::size_t>(steps.a - a), static_cast<std::size_t>(steps.b - b)},
              static_cast<std::size_t>(steps.to - out)};
      };
      note();
      if (!is_foreseen) {
        alone.believed = steps_believed;
        BothAt const within{at.in.a + (std::min)(piece, all.a - at.in.a), at.in.b + (std::min)(piece, all.b - at.in.b)};
        bool const is_rest = within.a - at.in.a + (within.b - at.in.b) <= piece;
        BothAt const end = is_rest ? all : cut_in(at.in, within, piece);
        if (end.a + end.b > at.in.a + at.in.b) {
          std::size_t const count = pack(at.in, end, packed);
          std::copy(packed, packed + count, out + at.out);
          at = {end, at.out + count};
          continue;
        }
      }
      // Also in a run that is longer than a piece.
      auto const results = static_cast<std::ptrdiff_t>((std::min)(piece, static_cast<std::size_t>(alone.believed)));
      steps = detail::after_steps_alike(two_, steps, (std::min)(steps.steps(), results));
      note();
      if (is_foreseen && alone.believed < 16 * steps_believed) alone.believed *= 2;
    }
  }
  /// Where it ended; where the output is full, this is found by going through that block once more.
  [[nodiscard]] End end_of(Owner<BothAt[]> const& cuts, Owner<Part[]> const& parts, std::size_t blocks) const {
    if (parts[blocks].before <= out_.size) return {{two_.a.size, two_.b.size}, parts[blocks].before};
    std::size_t i = 0;
    while (parts[i + 1].before <= out_.size) ++i;
    BothAt at = cuts[i];
    std::size_t k = parts[i].before;
    detail::walk_both<kind>(two_, at, cuts[i + 1], [&](bool, std::size_t) { return k != out_.size && (++k, true); });
    return {at, k};
  }

  struct NoBuffers {
    explicit NoBuffers(std::size_t) noexcept {}
  };
  struct NoPiece {
    explicit NoPiece(NoBuffers const&) noexcept {}
    [[nodiscard]] static Packed* get() noexcept { return nullptr; }
  };
  static constexpr std::size_t most_kept = 128;  // blocks that wait with what they have packed; others pack once more

  Two const& two_;
  Out const& out_;
  std::conditional_t<packs, Buffers<Packed>, NoBuffers> buffers_{2 * size};
  atomic<std::size_t> kept_{0};
};

/// Runs one of them into `out`.
template <SetKind kind, class H, class A, class B, class O, class Less, class OfA, class OfB>
auto run_set_operation(Context<H> const& context, A&& a, B&& b, O&& out, Less const& less, OfA const& of_a,
                       OfB const& of_b) {
  using Two = TwoSorted<std::ranges::iterator_t<A>, std::ranges::iterator_t<B>, Less, OfA, OfB>;
  Two const two{detail::numbered_of(a), detail::numbered_of(b), less, of_a, of_b};
  auto const to = detail::room_of(out);
  std::size_t const most = (std::min)(two.total(), to.size);
  if constexpr (numbered<O>) {  // of an iterator nobody knows how much is written there
    char const* const sentence =
        "parallel_task: set operations can't write to where they read: this output overlaps an input";
    detail::refuse_overlap(two.a.first, two.a.size, to.first, most, sentence);
    detail::refuse_overlap(two.b.first, two.b.size, to.first, most, sentence);
  }
  Passes passes(context, two.total());
  auto const end = SetOperation<kind, Two, std::remove_cvref_t<decltype(to)>>(two, to).run(passes);
  struct Ends {
    std::ranges::borrowed_iterator_t<A> in1;
    std::ranges::borrowed_iterator_t<B> in2;
    output_result<O> out;
  };
  return Ends{two.a.at(end.in.a), two.b.at(end.in.b), to.at(end.out)};
}

template <class Less, class A, class OfA, class B, class OfB, class O>
concept set_operands = numbered<A> && numbered<B> && orders<Less, key_of<A, OfA>, key_of<B, OfB>> &&
                       takes<O, std::ranges::range_reference_t<A>> && takes<O, std::ranges::range_reference_t<B>>;

/// The four of them.
template <class Self, SetKind kind>
struct SetAlgorithm : AlgorithmObject<Self> {
  template <class H, class A, class B, class O, class Less = std::less<>, class OfA = std::identity,
            class OfB = std::identity>
    requires set_operands<Less, A, OfA, B, OfB, O>
  static auto call(Context<H> const& context, A&& a, B&& b, O&& out, Less less = {}, OfA of_a = {}, OfB of_b = {}) {
    auto ends = detail::run_set_operation<kind>(context, std::forward<A>(a), std::forward<B>(b), std::forward<O>(out),
                                                std::as_const(less), std::as_const(of_a), std::as_const(of_b));
    using FirstEnd = decltype(ends.in1);
    if constexpr (kind == SetKind::first_only) {
      return std::ranges::in_out_result<FirstEnd, decltype(ends.out)>{std::move(ends.in1), std::move(ends.out)};
    } else {
      return std::ranges::in_in_out_result<FirstEnd, decltype(ends.in2), decltype(ends.out)>{
          std::move(ends.in1), std::move(ends.in2), std::move(ends.out)};
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
