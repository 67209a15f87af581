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
#include <parallel_task/algorithm/sorting/items.hpp>

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

enum class SetKind : unsigned char { all, both, first_only, one_only };

/// Of two items one of which comes first, or neither, which is taken and from where.
template <SetKind kind>
struct Taking {
  static constexpr bool rest_of_a = kind != SetKind::both;
  static constexpr bool rest_of_b = kind == SetKind::all || kind == SetKind::one_only;
  PARALLEL_TASK_ALWAYS_INLINE static bool takes(bool a_first, bool b_first) {
    if constexpr (kind == SetKind::all) return true;
    if constexpr (kind == SetKind::both) return !a_first && !b_first;
    if constexpr (kind == SetKind::first_only) return a_first;
    return a_first || b_first;
  }
};

/// Goes through [at, end) and gives results to `take(of_b, index)`, until it returns false: that one is not taken.
template <SetKind kind, class Two, class Take>
bool walk_both(Two const& two, BothAt& at, BothAt end, Take const& take) {
  using Does = Taking<kind>;
  while (at.a != end.a && at.b != end.b) {
    bool const a_first = two.a_first(at.a, at.b);
    bool const b_first = !a_first && two.b_first(at.b, at.a);
    if (Does::takes(a_first, b_first) && !take(b_first, b_first ? at.b : at.a)) return false;
    at.a += b_first ? 0U : 1U;
    at.b += a_first ? 0U : 1U;
  }
  if constexpr (Does::rest_of_a) {
    for (; at.a != end.a; ++at.a) {
      if (!take(false, at.a)) return false;
    }
  }
  if constexpr (Does::rest_of_b) {
    for (; at.b != end.b; ++at.b) {
      if (!take(true, at.b)) return false;
    }
  }
  at = end;
  return true;
}

/// The same of cheap items, without branches: packs results from `to` on, where there is room for all of both.
template <SetKind kind, class T>
struct Packing {
  T const* a;
  T const* end_of_a;
  T const* b;
  T const* end_of_b;
  T* to;

  [[nodiscard]] bool has_both() const noexcept { return a != end_of_a && b != end_of_b; }
  template <class Two>
  PARALLEL_TASK_ALWAYS_INLINE void step(Two const& two) {
    bool const a_first = two.compare_a_b(*a, *b);
    bool const b_first = static_cast<bool>(static_cast<int>(two.compare_b_a(*b, *a)) & static_cast<int>(!a_first));
    *to = *detail::select(b_first, b, a);
    to += static_cast<std::ptrdiff_t>(Taking<kind>::takes(a_first, b_first));
    a += static_cast<std::ptrdiff_t>(!b_first);
    b += static_cast<std::ptrdiff_t>(!a_first);
  }
  template <class Two>
  void finish(Two const& two) {
    while (has_both()) step(two);
    if constexpr (Taking<kind>::rest_of_a) to = std::copy(a, end_of_a, to);
    if constexpr (Taking<kind>::rest_of_b) to = std::copy(b, end_of_b, to);
  }
};

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
      End end;
      passes.alone([&] { end = write(all); });
      return end;
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

  /// Where the run of equal items begins in which the k-th of the merged whole lies.
  [[nodiscard]] BothAt cut(std::size_t k) const {
    std::size_t const i = two_.co_rank(k);
    std::size_t const j = k - i;
    if (i == 0 || (j != 0 && !two_.b_first(j - 1, i - 1))) {  // the last one is of b
      std::size_t const last = j - 1;
      return {detail::first_not(0, i, [&](std::size_t x) { return two_.a_first(x, last); }),
              detail::first_not(0, last, [&](std::size_t x) { return two_.in_b(x, last); })};
    }
    std::size_t const last = i - 1;
    return {detail::first_not(0, last, [&](std::size_t x) { return two_.in_a(x, last); }),
            detail::first_not(0, j, [&](std::size_t x) { return two_.b_first(x, last); })};
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
    if (total > few) middle = cut(from.a + from.b + total / 2);
    middle.a = (std::min)((std::max)(middle.a, from.a), to.a);
    middle.b = (std::min)((std::max)(middle.b, from.b), to.b);
    T* const places = buffer + (middle.a - from.a) + (middle.b - from.b);
    Packing<kind, T> one{a + from.a, a + middle.a, b + from.b, b + middle.b, buffer};
    Packing<kind, T> two{a + middle.a, a + to.a, b + middle.b, b + to.b, places};
    while (one.has_both() && two.has_both()) {
      one.step(two_);
      two.step(two_);
    }
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
  /// All of both, short ones: packed elsewhere, or as in a loop.
  End write(BothAt all) {
    if constexpr (packs) {
      if (all.a + all.b > few) {
        Part part{0, 0, nullptr};
        compute(BothAt{}, all, part);
        if (part.count <= out_.size) {
          emit(BothAt{}, all, part);
          return {all, part.count};
        }
        free(part);
      }
    }
    BothAt at;
    std::size_t k = 0;
    detail::walk_both<kind>(two_, at, all,
                            [&](bool of_b, std::size_t i) { return k != out_.size && put(k++, of_b, i); });
    return {at, k};
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
