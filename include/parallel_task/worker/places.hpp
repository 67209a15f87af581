// The places to compute in: how many threads may compute at once, and how many do.
//
// Invariants.
//   A helper computes only between `take` and `give`, and is counted in `computing` meanwhile.
//   The caller of an open call is counted by the call's bit in `wanting`. So `computing` is 1 lower while such a caller
//   sleeps, and while a thread that is counted already has a nested call open. With more than 64 calls open, the others
//   are found by `crowd`, and their callers counted in `computing`.
//   busy() <= limit(), except for callers, which need no place, and for the moment in which a thread that came too late
//   gives its place back.
// Pairings.
//   `cores_` (release, in set_up) -> `cores_` (acquire, in cores)  a thread that finds the pool set up finds its budget
//   `wanting` | bit (seq_cst), or `crowd` + 1 (seq_cst)            half of a pair: see wakeups.hpp
// All other accesses are relaxed. The words are counters and hints: each decides only whether something is tried.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/worker/environment.hpp>
#include <parallel_task/worker/options.hpp>
#include <parallel_task/worker/tables.hpp>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

/// Some of the slots.
struct SlotSet {
  std::uint64_t words[Tables::slot_count / 64] = {};

  void add(std::uint32_t slot) noexcept { words[slot / 64] |= std::uint64_t{1} << slot % 64; }
  [[nodiscard]] bool has(std::uint32_t slot) const noexcept { return (words[slot / 64] >> slot % 64 & 1) != 0; }
  [[nodiscard]] int count() const noexcept {
    int all = 0;
    for (std::uint64_t const word : words) all += std::popcount(word);
    return all;
  }
};

/// A walk over the slots of calls that are open, as of its beginning: those with a bit, from bit `offset` on, and then
/// all that others have ever used, which may be free.
struct OpenCalls {
  std::uint64_t bits = 0;
  std::uint32_t offset = 0;
  std::uint32_t beyond = Tables::bit_count;
  std::uint32_t end = Tables::bit_count;

  [[nodiscard]] bool next(std::uint32_t& slot) noexcept {
    if (bits != 0) [[likely]] {
      slot = (static_cast<std::uint32_t>(std::countr_zero(bits)) + offset) % Tables::bit_count;
      bits &= bits - 1;
      return true;
    }
    slot = beyond;
    return beyond < end ? ++beyond, true : false;
  }
};

class PARALLEL_TASK_SHARED Places {
 public:
  static constexpr std::uint32_t most_cores = Tables::most_threads / 2;

  constexpr Places() noexcept = default;

  /// Cores that the library counts on.
  [[nodiscard]] std::uint32_t cores() noexcept {
    std::uint32_t const known = cores_.load(detail::memory_order_acquire);
    return known != 0 ? known : set_up();
  }
  /// Threads that may compute now, callers included: the budget; without one, a thread for each core and one more for
  /// each blocked thread, up to twice the cores.
  [[nodiscard]] PARALLEL_TASK_NOINLINE std::uint32_t limit() noexcept {
    std::uint32_t const own = cores();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(detail::memory_order_relaxed);
    if (budget != 0) return budget;
    int const extra = blocked.load(detail::memory_order_relaxed);
    return own + (extra <= 0 ? 0U : static_cast<std::uint32_t>(extra) < own ? static_cast<std::uint32_t>(extra) : own);
  }
  /// Threads that the library may ever have: 2 x cores.
  [[nodiscard]] std::uint32_t most_made() noexcept {
    std::uint32_t const most = 2 * cores();
    return most < Tables::most_threads ? most : Tables::most_threads;
  }
  /// Most threads that one call can get, its caller included.
  [[nodiscard]] std::uint32_t most_computing() noexcept {
    std::uint32_t const most = most_made();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(detail::memory_order_relaxed);
    return budget != 0 ? budget : most;
  }

  /// Threads that compute: helpers with a place, and callers of open calls.
  [[nodiscard]] std::uint32_t busy() const noexcept {
    int const count =
        computing.load(detail::memory_order_relaxed) + std::popcount(wanting.load(detail::memory_order_relaxed));
    return count < 0 ? 0U : static_cast<std::uint32_t>(count);
  }
  /// Takes a place; false if all are taken. One access, however many threads come at once (with compare-and-swap, 64
  /// hot threads took 180 us to get in, simulated): a thread that finds that it was one too many gives the place back,
  /// and is counted until then.
  [[nodiscard]] bool take() noexcept {
    int const most = static_cast<int>(limit()) - std::popcount(wanting.load(detail::memory_order_relaxed));
    if (computing.load(detail::memory_order_relaxed) >= most) return false;
    if (computing.fetch_add(1, detail::memory_order_relaxed) < most) return true;
    give();
    return false;
  }
  /// The bit of a slot; 0 if it has none.
  [[nodiscard]] static constexpr std::uint64_t bit_of(std::uint32_t slot) noexcept {
    return slot < Tables::bit_count ? std::uint64_t{1} << slot : 0;
  }
  /// Whether any call is open.
  [[nodiscard]] bool any_wants() const noexcept {
    return wanting.load(detail::memory_order_relaxed) != 0 || crowd.load(detail::memory_order_relaxed) != 0;
  }
  [[nodiscard]] OpenCalls open_calls(std::uint32_t offset = 0) const noexcept {
    return walk(wanting.load(detail::memory_order_relaxed), crowd.load(detail::memory_order_relaxed), offset);
  }
  /// The same, of what was seen of `wanting` and `crowd`.
  [[nodiscard]] OpenCalls walk(std::uint64_t open, std::uint32_t others, std::uint32_t offset = 0) const noexcept {
    OpenCalls calls;
    calls.offset = offset;
    calls.bits = offset == 0 ? open : open >> offset | open << (Tables::bit_count - offset);
    if (others != 0) calls.end = crowd_end.load(detail::memory_order_relaxed);
    return calls;
  }
  /// A slot has been reserved.
  void note_reserved(std::uint32_t slot) noexcept {
    std::uint32_t end = crowd_end.load(detail::memory_order_relaxed);
    while (end <= slot && !crowd_end.compare_exchange_weak(end, slot + 1, detail::memory_order_relaxed,
                                                           detail::memory_order_relaxed)) {
    }
  }
  /// The call in a slot is open from now on. One without a bit is counted in `computing`.
  void open_call(std::uint32_t slot) noexcept {
    // seq_cst: before the look at `parked` in wake_one_more; see wakeups.hpp.
    if (slot < Tables::bit_count) [[likely]] {
      wanting.fetch_or(bit_of(slot), detail::memory_order_seq_cst);
      return;
    }
    computing.fetch_add(1, detail::memory_order_relaxed);
    crowd.fetch_add(1, detail::memory_order_seq_cst);
  }
  void close_call(std::uint32_t slot) noexcept {
    if (slot < Tables::bit_count) [[likely]] {
      wanting.fetch_and(~bit_of(slot), detail::memory_order_relaxed);
      return;
    }
    crowd.fetch_sub(1, detail::memory_order_relaxed);
    computing.fetch_sub(1, detail::memory_order_relaxed);
  }
  /// Gives a place back.
  void give() noexcept { computing.fetch_sub(1, detail::memory_order_relaxed); }

  /// Threads that one open call should hold, so that each call gets some: the limit divided among the calls that are
  /// not nested in others.
  [[nodiscard]] std::uint32_t fair_share() noexcept {
    std::uint64_t const open = wanting.load(detail::memory_order_relaxed);
    std::uint32_t const most = limit();
    if ((open & (open - 1)) == 0) return most;
    std::uint32_t roots = crowd.load(detail::memory_order_relaxed);
    for (std::uint64_t rest = open; rest != 0; rest &= rest - 1) {
      CallSlot const& slot = tables.call_slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
      roots += slot.parent.load(detail::memory_order_relaxed) == CallSlot::no_parent ? 1U : 0U;
    }
    std::uint32_t const each = roots == 0 ? most : most / roots;
    return each == 0 ? 1 : each;
  }

  /// Looks again at how many cores there are, at most once a second: affinity and quota may change at run time.
  void refresh_cores(std::uint64_t now) noexcept {
    std::uint64_t const then = looked_at_.load(detail::memory_order_relaxed);
    if (then != 0 && !has_passed(then, now, Costs::cores_window)) return;
    if (wanted_cores_.load(detail::memory_order_relaxed) != 0) return;
    looked_at_.store(now, detail::memory_order_relaxed);
    std::uint32_t const found = available_cores();
    cores_.store(found < most_cores ? found : most_cores, detail::memory_order_relaxed);
  }
  /// Whether there is one core only. Nobody publishes then, so new cores have to be noticed here.
  [[nodiscard]] bool has_one_core() noexcept {
    if (cores() != 1) return false;
    refresh_cores(ticks());
    return cores() == 1;
  }

  void set(Options const& options) noexcept {
    wanted_cores_.store(options.cores, detail::memory_order_relaxed);
    wanted_threads_.store(options.threads, detail::memory_order_relaxed);
    (void)set_up();
  }
  void get(Options& options) const noexcept {
    options.cores = wanted_cores_.load(detail::memory_order_relaxed);
    options.threads = wanted_threads_.load(detail::memory_order_relaxed);
  }

  /// In a child of fork: one thread is left, with the calls `open`. `inside`: it is inside a call, so it computes.
  void forget_others(SlotSet const& open, bool inside) noexcept {
    int const with_bits = std::popcount(open.words[0]);
    wanting.store(open.words[0], detail::memory_order_relaxed);
    crowd.store(static_cast<std::uint32_t>(open.count() - with_bits), detail::memory_order_relaxed);
    computing.store(inside ? 1 - with_bits : 0, detail::memory_order_relaxed);
    blocked.store(0, detail::memory_order_relaxed);
    asleep.store(0, detail::memory_order_relaxed);
  }

  // Each on a line of its own: these two are written with every call and by every helper.
  alignas(128) atomic<std::uint64_t> wanting{0};  ///< a bit for each open call; written by callers only
  atomic<std::uint32_t> crowd{0};                 ///< open calls whose slots have no bit, since all of these were taken
  atomic<std::uint32_t> crowd_end{Tables::bit_count};  ///< such slots have been used up to this one
  alignas(128) atomic<int> computing{0};
  // Read by every thread at its claim boundaries, seldom written.
  alignas(128) atomic<int> blocked{0};  ///< joined threads that call themselves blocked
  atomic<std::uint32_t> asleep{0};      ///< callers that sleep until their helpers are done

 private:
  friend class StateDump;

  std::uint32_t set_up() noexcept;

  atomic<std::uint32_t> cores_{0};      // 0: not set up
  atomic<std::uint32_t> budget_{0};     // 0: none
  atomic<std::uint64_t> looked_at_{0};  // for cores, in ticks
  // The user's options, each a word of its own: they may be set while threads run, which may then see some of them.
  atomic<unsigned> wanted_cores_{Options{}.cores};
  atomic<unsigned> wanted_threads_{Options{}.threads};
};

PARALLEL_TASK_COLD inline std::uint32_t Places::set_up() noexcept {
  std::uint32_t const asked = wanted_cores_.load(detail::memory_order_relaxed);
  std::uint32_t const found = asked != 0 ? asked : affinity_cores();
  std::uint32_t const count = found < most_cores ? found : most_cores;
  std::uint32_t budget = wanted_threads_.load(detail::memory_order_relaxed);
  if (budget == 0) {
    long const said = number_of_environment("PARALLEL_TASK_THREADS", 1, "threads");
    budget = said > 0 ? static_cast<std::uint32_t>(said) : 0;
  }
  if (budget > 2 * count) budget = 2 * count;
  budget_.store(budget, detail::memory_order_relaxed);
  // release: pairs with the acquire in `cores`; a thread that sees that the pool is set up sees the budget, too.
  cores_.store(count, detail::memory_order_release);
  clock::calibrate();
  return count;
}

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
