// Who pulls from the source, and what it has given so far: one owner at a time.
//
// Until the call is published the caller owns the role; from then on whoever has taken it by the slot's word `pull`.
// Nobody waits for it: whoever finds it taken goes on without.
// Invariants: at most one thread is in the source. What is handed out only grows, and is written before the block that
// was handed out can be claimed.
// Pairings.
//   slot.pull  give_back (release) -> take (acquire): `fetched_`, `read_ahead_`, `trial_` and the source's own state
//   pass from
//              puller to puller
//   known_     written by the puller (relaxed) before pushing the block (release) -> pop, steal (acquire): whoever has
//              the block reads at least that
#pragma once

#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/units.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/policy/pull_trial.hpp>
#include <parallel_task/policy/read_ahead.hpp>
#include <parallel_task/worker/call_slot.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The role of pulling from the source.
class PullRole {
 public:
  /// Positions that were handed out in one slice of pulling, [first, last).
  struct Slice {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool ended = false;  ///< there will be no other slice

    [[nodiscard]] bool empty() const noexcept { return first == last; }
    [[nodiscard]] QueueBlock block() const noexcept {
      return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)};
    }
  };

  // --- the caller, alone --------------------------------------------------------------------------------------------

  /// Asks the source for about `want` positions more than are `known`. Of an open-ended one so many may be tried: a run
  /// of them learns how many there are.
  [[nodiscard]] Known pull_alone(Job const& job, Known known, std::size_t want, Costs const& costs) {
    if (job.open_ended) return {want < unknown - known.positions ? known.positions + want : unknown, false};
    if (!job.may_pause) return job.pull(job.self, want);
    std::uint64_t const begun = ticks();
    std::size_t const most = read_ahead_.most();
    Known const now = job.pull(job.self, want < most ? want : most);
    read_ahead_.note(now.positions - known.positions, elapsed_ns(begun, ticks()), costs);
    return now;
  }
  /// `items` have come, each pulled and run by itself, in `took` ns.
  void note_alone(std::size_t items, float took, Costs const& costs) noexcept { read_ahead_.note(items, took, costs); }
  /// Whether next to nothing is known of how a source that may pause will go on.
  [[nodiscard]] bool comes_one_by_one() const noexcept { return read_ahead_.most() == 1; }
  /// The source has given what is `known`, of which the caller has run the first `ran`: what can be shared at once.
  [[nodiscard]] QueueBlock begin_sharing(Job const& job, Known known, std::size_t ran, std::uint64_t now,
                                         Costs const& costs) noexcept {
    trial_.begin(job.walk_on != nullptr, costs);
    judged_ = now;
    std::size_t const left = known.positions - ran;
    fetched_ = known;
    return hand_out(ran, ran + (left < PulledUnits::most_handed_out ? left : PulledUnits::most_handed_out)).block();
  }

  // --- everybody ----------------------------------------------------------------------------------------------------

  /// Positions that were handed out.
  [[nodiscard]] std::uint64_t known() const noexcept { return known_.load(detail::memory_order_relaxed); }
  [[nodiscard]] bool try_to_take(atomic<std::uint32_t>& word) noexcept {
    std::uint32_t seen = word.load(detail::memory_order_relaxed);
    if (seen == CallSlot::ended || seen == CallSlot::taken) return false;
    // acquire: pairs with the release in give_back; the source's own state passes from puller to puller.
    return word.compare_exchange_strong(seen, CallSlot::taken, detail::memory_order_acquire,
                                        detail::memory_order_relaxed);
  }
  /// Whether to fetch more before the next claim, of `cost` ns a position, although `surplus` positions wait, `since`
  /// ns after the call was published: they are run sooner than a slice of pulling ends, and with all queues dry at
  /// once, all workers but one would wait for it. Not where the source may pause, since the claim would; nor where it
  /// is cut by order: what is pushed now may come to lie before what is given back later. Not from position 2^31 on
  /// either: a worker that always reads ahead never runs dry and so never steals; positions held by a stuck worker
  /// would then fall 2^32 behind and be taken for others.
  [[nodiscard]] bool is_time_to_read_ahead(Job const& job, float cost, std::uint32_t surplus, float since,
                                           Costs const& costs) const noexcept {
    if (job.may_pause || job.cut == Cut::later) return false;
    if (cost <= 0 || static_cast<float>(surplus) * cost > cost_model::slice_time(since, costs)) return false;
    return known() < PulledUnits::reach;
  }

  /// Whether so much was handed out since somebody looked that the queues have to be looked at before more is. Its
  /// owner asks, and tells what was seen: `farthest` units lie between the positions that are known and those that have
  /// waited longest. More is handed out while these can be told from what comes (see PulledUnits): nobody may rob the
  /// queue of a worker that is stuck, where a strategy forbids it.
  [[nodiscard]] bool has_to_look_back() const noexcept { return known() - looked_at_ >= PulledUnits::most_handed_out; }
  [[nodiscard]] bool may_hand_out(std::uint32_t farthest) noexcept {
    if (farthest >= PulledUnits::reach) return false;
    looked_at_ = known();
    return true;
  }

  // --- its owner ----------------------------------------------------------------------------------------------------

  /// Fetches positions from the source, `since` ns after the call was published. A slice ends after 20 us or a part of
  /// `since`, at a single item that took more than 5 us, at a window of work where its `cost` is known, or where a
  /// source that may pause has given as many as may wait meanwhile. `strip` is what is being fetched, for errors. May
  /// throw what the source does.
  PARALLEL_TASK_ALWAYS_INLINE void fetch(Job const& job, float cost, float since, std::uint64_t begun, Block& strip,
                                         Costs const& costs) {
    std::uint64_t const first = known();
    strip = {static_cast<std::size_t>(first), static_cast<std::size_t>(first) + 1};
    if (fetched_.positions != first) return;  // some that came at once are still to be handed out
    std::size_t const window = cost_model::window_size(cost, since, costs);
    if (job.in_windows) {
      fetched_ = job.pull(job.self, window);
    } else {
      // What a source that may pause has given is kept until it runs, so that no more is asked for at once.
      float const slice = job.may_pause ? costs.pull : cost_model::slice_time(since, costs);
      fetch_by_time(job, most_fetched(job, cost, window), begun, slice, strip, costs);
    }
  }
  /// Whether helpers are to be refused or admitted from now on, after `positions` have come, of which `pulled` ns were
  /// spent on pulling. `helped`: others than the caller are in the call.
  [[nodiscard]] PullTrial::Verdict judge(std::uint64_t positions, float pulled, std::uint64_t now, bool helped,
                                         Costs const& costs) noexcept {
    float const lap = elapsed_ns(judged_, now);
    judged_ = now;
    return trial_.note(static_cast<float>(positions), lap, pulled, helped, costs);
  }
  /// Whether the caller is to go on alone, and nothing that was fetched waits.
  [[nodiscard]] bool may_walk_on() const noexcept { return trial_.refused() && fetched_.positions == known(); }
  /// What comes next was run as the source was walked.
  void note_walked(std::uint64_t count, bool ended) noexcept {
    fetched_ = {fetched_.positions + static_cast<std::size_t>(count), ended};
    (void)hand_out(known(), fetched_.positions);
  }
  /// Hands out what was fetched, as far as it may be at once. Before the block is pushed.
  [[nodiscard]] Slice hand_out() noexcept {
    std::uint64_t const first = known();
    std::uint64_t const left = fetched_.positions - first;
    return hand_out(first, first + (left < PulledUnits::most_handed_out ? left : PulledUnits::most_handed_out));
  }
  /// Whether there is more than was handed out.
  [[nodiscard]] bool has_more() const noexcept { return !fetched_.ended || fetched_.positions != known(); }
  /// Whether the items come one by one, but so fast that there are more to come. For a source that may pause.
  [[nodiscard]] bool flows() const noexcept { return read_ahead_.flows(); }
  void give_back(atomic<std::uint32_t>& word, CallSlot::Pull as) noexcept {
    // release: pairs with the acquire in try_to_take.
    word.store(as, detail::memory_order_release);
  }

 private:
  [[nodiscard]] Slice hand_out(std::uint64_t first, std::uint64_t last) noexcept {
    known_.store(last, detail::memory_order_relaxed);
    return {first, last, fetched_.ended && last == fetched_.positions};
  }
  /// Expensive items are left to whoever is free first. Where the cost is unknown, time alone ends the slice.
  [[nodiscard]] std::size_t most_fetched(Job const& job, float cost, std::size_t window) const noexcept {
    std::size_t const most = cost > 0 && window < PulledUnits::most_handed_out ? window : PulledUnits::most_handed_out;
    return job.may_pause && read_ahead_.most() < most ? read_ahead_.most() : most;
  }
  PARALLEL_TASK_ALWAYS_INLINE void fetch_by_time(Job const& job, std::size_t most, std::uint64_t begun, float slice,
                                                 Block& strip, Costs const& costs) {
    std::size_t const first = fetched_.positions;
    std::uint64_t before = begun;
    for (std::size_t want = 1; !fetched_.ended && fetched_.positions - first < most;) {
      std::size_t const had = fetched_.positions;
      fetched_ = job.pull(job.self, want);
      if (fetched_.positions == had) break;
      strip = {fetched_.positions, fetched_.positions + 1};
      std::uint64_t const now = ticks();
      float const took = elapsed_ns(before, now);
      std::size_t const came = fetched_.positions - had;
      read_ahead_.note(came, took, costs);
      if (elapsed_ns(begun, now) > slice || took / static_cast<float>(came) > costs.slow_next) break;
      before = now;
      want = want < Costs::most_wanted && want < costs.most_claimed ? 2 * want : want;
      std::size_t const fetched = fetched_.positions - first;
      if (fetched < most && want > most - fetched) want = most - fetched;
    }
  }

  atomic<std::uint64_t> known_{0};
  Known fetched_;                // what the source has given
  std::uint64_t looked_at_ = 0;  // what was known when the queues were looked at last
  ReadAhead read_ahead_;
  PullTrial trial_;           // whether it pays to share what is pulled
  std::uint64_t judged_ = 0;  // when that was looked at last
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
