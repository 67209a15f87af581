// How the positions of a loop are dealt out to ranks: pure functions of what rank 0, or the rank that asks, knows.
//
// The first eighth is dealt by rule: each rank knows its part without a message. The rest is dealt from the front on,
// to ranks that ask: a third of a rank's share of what is left, so that grants become smaller towards the end.
// Positions of a rank only rise; that is what terminals in order rest on.
//
// Each number has a reason, found by simulation (bench/simulate/run --ranks: 64 ranks of 64 threads, and two of one):
//   an eighth         with a half, a loop whose dear items lie close together (mandelbrot) falls from 93 to 78 %
//   a third           with a half, it falls to 83 %
//   the dearest cost  grants in time are computed from the dearest cost that any rank has told: a rank whose own items
//                     were cheap would be granted the dear ones (90 %); and never more than a rank's share of the rest
//   a 16th            of the time that the loop has run, for each rank: dear items before cheap ones (mandelbrot from
//                     its middle on) are granted last by number, and a rank would be busy with them when all else is
//                     done: two ranks, 27 % of 700 rows in one grant. More of it is more messages: for few ranks they
//                     are few, and where there are many ranks, no grant is so large
//   a quarter         a rank asks ahead of need, yet not before three quarters of its grant have begun, and not twice:
//                     a rank in cheap items would hoard the dear ones (75 %)
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Positions [first, last) of a loop.
struct RankPart {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  [[nodiscard]] constexpr std::uint64_t size() const noexcept { return last - first; }
  friend constexpr bool operator==(RankPart const&, RankPart const&) noexcept = default;
};

/// `whole * part / of`, rounded down, for part <= of < 2^32: nothing overflows.
constexpr std::uint64_t proportion(std::uint64_t whole, std::uint64_t part, std::uint64_t of) noexcept {
  return whole / of * part + whole % of * part / of;
}

/// What a rank gets where each gets its share whatever it costs: [n*rank/ranks, n*(rank + 1)/ranks).
constexpr RankPart rank_share(std::uint64_t n, std::size_t rank, std::size_t ranks) noexcept {
  return {proportion(n, rank, ranks), proportion(n, rank + 1, ranks)};
}

/// Deals out the positions of one loop. Holds no state: rank 0 keeps the first position that it has not dealt.
class ChunkRule {
 public:
  /// `threads`: of each rank, all at least 1; must outlive the rule. `least`: never fewer positions at once, unless
  /// there are no more.
  constexpr ChunkRule(std::uint64_t positions, std::span<unsigned const> threads, std::uint64_t least = 1) noexcept
      : positions_(positions), threads_(threads), least_(least == 0 ? 1 : least) {
    for (unsigned const each : threads) all_threads_ += each;
    dealt_by_rule_ = all_threads_ == 0 ? 0 : positions / first_part_of;
    for (std::size_t rank = 0; rank != threads.size() && dealt_by_rule_ != 0; ++rank) {
      // All or none: what nobody has would lie between what is dealt by rule.
      if (part_by_rule(rank).size() < least_of(rank)) dealt_by_rule_ = 0;
    }
  }

  /// What `rank` begins with, without having asked; empty if the loop is too short.
  [[nodiscard]] constexpr RankPart first_part(std::size_t rank) const noexcept {
    return dealt_by_rule_ == 0 ? RankPart{} : part_by_rule(rank);
  }
  /// Where dealing by messages begins.
  [[nodiscard]] constexpr std::uint64_t first_dealt_by_message() const noexcept { return dealt_by_rule_; }

  /// How many positions from `next` on `rank` gets, who has asked. 0 if none are left, else at least 1. `dearest`: the
  /// highest cost of an item in nanoseconds that any rank has told, 0 if none has. `elapsed`: for how many nanoseconds
  /// the loop has run, 0 if nobody knows.
  [[nodiscard]] constexpr std::uint64_t grant(std::size_t rank, std::uint64_t next, double dearest,
                                              double elapsed = 0) const noexcept {
    if (next >= positions_) return 0;
    std::uint64_t const left = positions_ - next;
    std::uint64_t const share = proportion(left, threads_[rank], all_threads_);
    std::uint64_t size = share / guided_by;
    if (elapsed > 0 && dearest > 0) {
      size = smaller(size, worth(rank, dearest, elapsed * static_cast<double>(threads_.size()) / all_by));
    }
    size = larger(size, smaller(worth(rank, dearest, least_worth_ns), share));
    size = larger(size, least_of(rank));
    // Who would get what is left must get the least, too.
    if (size >= left || left - size < least_) return left;
    return size;
  }

  /// The dearest cost, after a rank has told another. An old one counts less with each that comes: where the system has
  /// taken a core from a rank, a single item may seem to have cost a hundred times what it did.
  [[nodiscard]] constexpr double dearest_after(double dearest, double cost) const noexcept {
    double const faded = dearest - dearest / (8.0 * static_cast<double>(threads_.size()));
    return cost < faded ? faded : cost;
  }

  /// Fewer are not worth a message, or leave threads of the rank without an item.
  [[nodiscard]] constexpr std::uint64_t least_of(std::size_t rank) const noexcept {
    return larger(least_, threads_[rank] / 2);
  }

  static constexpr std::uint64_t first_part_of = 8;  ///< an eighth is dealt by rule
  static constexpr std::uint64_t guided_by = 3;      ///< a third of the asking rank's share of what is left
  static constexpr double all_by = 16;               ///< what a grant lasts, at most: a 16th of the time for each rank
  static constexpr double least_worth_ns = 100'000;  ///< the time that a grant is to last, if the rank's share does

 private:
  static constexpr std::uint64_t larger(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? b : a; }
  static constexpr std::uint64_t smaller(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? a : b; }

  [[nodiscard]] constexpr RankPart part_by_rule(std::size_t rank) const noexcept {
    std::uint64_t before = 0;
    for (unsigned const each : threads_.first(rank)) before += each;
    return {proportion(dealt_by_rule_, before, all_threads_),
            proportion(dealt_by_rule_, before + threads_[rank], all_threads_)};
  }

  /// How many items keep the rank's threads busy for `ns`, by the dearest cost; 0 if nobody knows a cost.
  [[nodiscard]] constexpr std::uint64_t worth(std::size_t rank, double dearest, double ns) const noexcept {
    if (!(dearest > 0)) return 0;
    double const items = ns * threads_[rank] / dearest;
    constexpr double most = 9e18;  // fits, whatever a rank has told
    return static_cast<std::uint64_t>(items < most ? items : most);
  }

  std::uint64_t positions_;
  std::span<unsigned const> threads_;
  std::uint64_t least_;
  std::uint64_t all_threads_ = 0;
  std::uint64_t dealt_by_rule_ = 0;
};

/// When a rank asks for its next grant: what it knows, and the rule.
struct AskRule {
  std::uint64_t granted = 0;    ///< positions of the last grant
  std::uint64_t not_begun = 0;  ///< those of them that no thread has begun
  double cost = 0;              ///< nanoseconds an item, as far as this rank knows; 0 if it does not
  unsigned threads = 1;
  double horizon = first_horizon;
  bool asked = false;  ///< an answer is under way, or rank 0 has said that there is no more

  [[nodiscard]] constexpr bool asks() const noexcept {
    if (asked) return false;
    if (not_begun == 0) return true;
    if (not_begun > granted / 4) return false;
    return static_cast<double>(not_begun) * cost / threads < horizon;
  }

  /// The horizon after an answer that took `delay` nanoseconds: four times that, for the next one may have to wait
  /// behind all others' (simulated, 64 ranks lost 2 % of mandelbrot with twice).
  [[nodiscard]] static constexpr double next_horizon(double delay) noexcept {
    double const ahead = 4 * delay;
    return ahead < last_horizon ? ahead : last_horizon;
  }

  static constexpr double first_horizon = 300'000;
  static constexpr double last_horizon = 20'000'000;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
