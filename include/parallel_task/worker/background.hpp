// Calls that wait for a thread of the pool to make them: what `.async()` has begun and nobody has taken up yet.
//
// Each waits in a place of a table. A thread of the pool that has nothing to do, or has just left a call, takes one up
// and makes it as a thread of the user's would: such a call needs no place to compute in, but is counted in `computing`
// (places.hpp), so that helpers of other calls make room for it. No more are under way than threads may compute.
//
// Invariants.
//   A run is in at most one place of the table, and who takes it out of there has it for good.
//   `word_` counts no more waiting runs than there are in the table and no thread has a right to. So who has the right
//   to one finds one.
//   While a run waits, and fewer are under way than may be, a thread of the pool is awake that has yet to look here, if
//   the pool has any thread at all.
// Pairings.
//   a place   put (release) -> taken by exchange (acquire)   the run, and all that it refers to
//   waiting + 1 (seq_cst), then `parked` is read (seq_cst)   | of the two at least one sees the other: either the run
//   `parked` + 1 (seq_cst), then `word_` is read (seq_cst)   | is seen by who is about to park, or that one is woken
// All other accesses are relaxed: who ends a run and who adds one both change `word_`, so one of the two sees the
// other.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/thread.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A call that is to be made in the background; what it is made of follows.
struct BackgroundRun {
  /// On the thread of the pool that has taken it up: makes the call unless somebody else has by now, and lets go of it.
  void (*make)(BackgroundRun& self) = nullptr;
};

PARALLEL_TASK_PADDED_BEGIN

class PARALLEL_TASK_SHARED Background {
 public:
  static constexpr std::uint32_t size = 512;

  constexpr Background() noexcept = default;

  /// Has `run` wait here; false if there is no room. Who calls it then calls a thread.
  [[nodiscard]] bool add(BackgroundRun& run) noexcept {
    std::uint32_t const from = added_.load(detail::memory_order_relaxed);
    added_.store(from + 1, detail::memory_order_relaxed);  // before any place is used: see forget_others
    for (std::uint32_t i = 0; i != size; ++i) {
      BackgroundRun* nobody = nullptr;
      // release: pairs with the acquire in begin.
      if (!places_[(from + i) % size].compare_exchange_strong(nobody, &run, detail::memory_order_release,
                                                              detail::memory_order_relaxed)) {
        continue;
      }
      if (i != 0) added_.store(from + i + 1, detail::memory_order_relaxed);
      // seq_cst: before the look at `parked` in wake_parked.
      word_.fetch_add(one_waiting, detail::memory_order_seq_cst);
      return true;
    }
    added_.store(from, detail::memory_order_relaxed);
    return false;
  }

  /// Takes the run that has waited longest, or nearly so, if fewer than `most` are under way; null otherwise. Who gets
  /// one calls `end` when it has been made.
  [[nodiscard]] BackgroundRun* begin(std::uint32_t most) noexcept {
    std::uint64_t seen = word_.load(detail::memory_order_relaxed);
    do {
      if (!may_begin(seen, most)) return nullptr;
    } while (!word_.compare_exchange_weak(seen, seen - one_waiting + one_under_way, detail::memory_order_relaxed,
                                          detail::memory_order_relaxed));
    // There is one. That others find those which this thread has seen takes several rounds at the worst.
    for (std::uint32_t at = taken_.load(detail::memory_order_relaxed);; ++at) {
      auto& place = places_[at % size];
      if (place.load(detail::memory_order_relaxed) == nullptr) continue;
      // acquire: pairs with the release in add.
      BackgroundRun* const run = place.exchange(nullptr, detail::memory_order_acquire);
      if (run == nullptr) continue;
      taken_.store(at + 1, detail::memory_order_relaxed);
      return run;
    }
  }
  void end() noexcept { word_.fetch_sub(one_under_way, detail::memory_order_relaxed); }

  /// Whether a thread could take one up: a glance.
  [[nodiscard]] bool waits(std::uint32_t most) const noexcept {
    return may_begin(word_.load(detail::memory_order_relaxed), most);
  }
  [[nodiscard]] bool waits() const noexcept { return (word_.load(detail::memory_order_relaxed) & all_waiting) != 0; }
  /// The same for a thread that is counted in `parked`.
  [[nodiscard]] bool keeps_awake(std::uint32_t most) const noexcept {
    // seq_cst: after `parked` + 1, before which, or after which, is the addition in `add`.
    return may_begin(word_.load(detail::memory_order_seq_cst), most);
  }

  /// How many forks lie between this process and the first. What is under way there is not here.
  [[nodiscard]] std::uint32_t forks() const noexcept { return forks_.load(detail::memory_order_relaxed); }
  /// In a child of fork: nobody waits. What others have begun is theirs; the thread's own is begun again when it asks.
  void forget_others() noexcept {
    forks_.fetch_add(1, detail::memory_order_relaxed);
    if (added_.load(detail::memory_order_relaxed) == 0) return;  // no page is touched that would be copied
    for (auto& place : places_) place.store(nullptr, detail::memory_order_relaxed);
    word_.store(0, detail::memory_order_relaxed);
  }

 private:
  static constexpr std::uint64_t one_waiting = 1;
  static constexpr std::uint64_t one_under_way = std::uint64_t{1} << 32;
  static constexpr std::uint64_t all_waiting = one_under_way - 1;

  [[nodiscard]] static constexpr bool may_begin(std::uint64_t word, std::uint32_t most) noexcept {
    return (word & all_waiting) != 0 && word / one_under_way < most;
  }

  alignas(128) atomic<std::uint64_t> word_{0};  // how many wait, and how many are under way
  // Read by every thread that spins; the rest is written with each run.
  alignas(128) atomic<std::uint32_t> added_{0};  // where to put the next one
  atomic<std::uint32_t> taken_{0};               // where to look for one
  atomic<std::uint32_t> forks_{0};
  atomic<BackgroundRun*> places_[size]{};
};

PARALLEL_TASK_PADDED_END

/// The one of the process. An object of its own, all zero until it is used: see Tables.
PARALLEL_TASK_SHARED inline constinit Background background PARALLEL_TASK_ONE("background"){};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
