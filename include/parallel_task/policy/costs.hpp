// The constants of the cost model, in nanoseconds: what a prototype of this protocol did best with, measured.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Set once before the first call if at all (tests tell the model that waking is free); read by every thread.
struct Costs {
  float claim = 32'000;         ///< work in one claim
  float first_claim = 1'000;    ///< work in a worker's first claim, when its forecast is least sure
  float claim_floor = 1'000;    ///< a claim is not cut below this to leave work for others
  float strip = 2'000;          ///< work between two looks at the stop bound
  float give_back = 10;         ///< a strip that took this many times its forecast ends the claim
  float tiny = 1'500;           ///< a loop forecast below this is not worth a thought
  float brief = 50'000;         ///< one below this that is not to be shared is run in two steps
  float probe = 2'000;          ///< work done alone while nothing is known
  float step = 2'000;           ///< work in a private step after that ...
  float big_step = 16'000;      ///< ... or in one of a loop that knows its end and its cost
  float last_step = 250;        ///< what is left of a private run is run in one step below this
  float least_shared = 2'500;   ///< left work that a hot helper is worth: a shared loop costs so much besides
  float small_loop = 8e6F;      ///< loops below this are compared, shared and alone: has sharing paid lately?
  float wake = 20'000;          ///< what a wake costs, until it has been measured
  float start = 60'000;         ///< what a new thread costs
  float look = 100;             ///< a worker looks at the pool once in so many ns for each thread that computes
  float least_pause = 4'000;    ///< ... and no more often than this
  float hot_comes = 20'000;     ///< a hot helper that has not come for this long has lost its core
  float comes_after = 150;      ///< until a hot helper has begun with what it was dealt
  float caller_spin = 20'000;   ///< a caller without work spins this long before it sleeps
  float preempted = 2'000;      ///< a gap of the clock in a spin loop above this was not spinning
  float rewake = 160'000;       ///< a wake that was not answered for this long may be repeated
  float blocked_window = 1e6F;  ///< time between two looks at one's own CPU time
  float blocked_after = 5e5F;   ///< age of a call below which nobody looks
  float long_claim = 30'000;    ///< a worker looks around once in so many ns, and after a claim that took this long
  float pull = 20'000;          ///< time for one slice of pulling
  float window = 100'000;       ///< work in one slice of pulling, where the cost is known ...
  float window_part = 32;       ///< ... or this part of the time since the call was shared, if that is more
  float slow_next = 5'000;      ///< a single pulled item that took this long ends the slice
  float trial = 500'000;        ///< what has been pulled is judged after so long, the next time twice, ...
  float trial_pause = 8e6F;     ///< ... and after this pause if it did not pay to share it, the next time twice
  std::uint32_t few = 64;       ///< items a core, up to which a run of unknown cost is offered at once
  std::uint32_t most_claimed = ~std::uint32_t{0};  ///< units in one claim (tests: 1)
  bool use_memo = true;                            ///< remember a pipeline's cost between calls

  // The following are the same for everybody, so that the code holds them and none is read from memory.

  // Alone.
  static constexpr float long_step = 5'000;          ///< a private step that took this long ends the probe
  static constexpr float probe_part = 4;             ///< the first steps of a probe are this part of it
  static constexpr unsigned most_doubts = 2;         ///< steps in a row that are doubted; the next is believed
  static constexpr std::size_t assumed_left = 8192;  ///< positions, where it is not known how many a source holds
  static constexpr std::size_t pulled_alone = 1024;  ///< positions pulled at once by a run that stays alone

  // Stealing.
  static constexpr std::uint32_t sample_above = 16;  ///< of more workers than this a thief looks at a sample, ...
  static constexpr std::uint32_t sample_size = 8;    ///< ... so many of them: each costs the transfer of a line
  static constexpr float joining = 4'000;            ///< what each that joins a short call costs the others, ...
  static constexpr std::uint32_t few_joiners = 8;    ///< ... from more than so many on
  static constexpr std::uint32_t most_dealt = 7;     ///< hot helpers that are dealt a part of a call; others rob them
  static constexpr std::uint32_t steal_rounds = 4;   ///< looks at all queues while others hold some of their ends
  static constexpr std::uint32_t vain_tries = 16;    ///< in a row that a strategy may refuse a thread before it sleeps

  // Pulling.
  static constexpr float longest_pull = 300'000;    ///< in one slice
  static constexpr std::size_t most_wanted = 4096;  ///< positions asked for at once; one first, then twice as many
  static constexpr float pull_wake_part = 2;  ///< after a slice a wake counts for this part: there is more to come

  // Whether it pays to share what is pulled, see PullTrial.
  static constexpr float longest_trial = 64e6F;
  static constexpr float longest_trial_pause = 256e6F;
  static constexpr float pulled_part = 4;   ///< if pulling takes more than this part of the time
  static constexpr float walked_on = 1e6F;  ///< for so long the caller goes on alone before it looks around

  // Walking: of cheap positions it is timed what the step costs, and what the rest.
  static constexpr float trail = 2.5F;            ///< what a step costs whoever walks ahead besides
  static constexpr float least_walked = 3;        ///< a position that costs less is never shared
  static constexpr float most_walked = 1'000;     ///< one that costs more always, whatever the step
  static constexpr std::size_t timed_steps = 43;  ///< so many are timed at once, no part of a page, or ...
  static constexpr std::size_t timed_part = 96;   ///< ... this part of what is left, ...
  static constexpr std::size_t least_timed = 11;  ///< ... but no fewer than so many
  static constexpr unsigned timed_rounds = 12;    ///< so often, ...
  static constexpr std::size_t timed_again = 8;   ///< ... and all of it again when so many times as many have run

  // Waking.
  static constexpr float worth_any_wake = 1e12F;  ///< work left, where nobody knows how much

  // Spinning in wait for a call.
  static constexpr float lost_core = 500'000;       ///< a gap of the clock above this: another had the core
  static constexpr float most_spin_saved = 1e7F;    ///< what good times are worth against bad ones
  static constexpr float most_spin_lost = 2e6F;     ///< what may be spun in vain before ...
  static constexpr float spin_pause = 1e7F;         ///< ... a thread parks at once for so long, doubled up to ...
  static constexpr float most_spin_pause = 640e6F;  ///< ... this

  // Looking around: each look reads what others write.
  static constexpr std::uint32_t pauses_a_look = 16;  ///< a hot helper reads the clock once in so many pauses ...
  static constexpr std::uint32_t caller_pauses = 32;  ///< ... and a caller without work looks at other calls
  static constexpr float cores_window = 1e9F;         ///< time between two looks at how many cores there are

  // What a caller's items find (worker/as_caller.hpp).
  static constexpr float caller_lasts = 50'000;    ///< for so long a caller of small calls is taken to be as it was
  static constexpr float long_call = 100'000;      ///< work left from which on a call is no small one
  static constexpr float slack_matters = 200'000;  ///< work left from which on it is read how late timers may be
  static constexpr float signals_kept = 10'000;    ///< CPU time for which a hot thread keeps its caller's signals open

  // Joins.
  static constexpr float join_look = 1'000;                ///< a thread looks at the clock once in so many ns, ...
  static constexpr std::uint32_t most_joins_a_look = 256;  ///< ... and after so many joins
  static constexpr float stay_in_tree = 2'000;             ///< a helper without work stays so long

  // Threads.
  static constexpr std::uint32_t spare_members = 16;       ///< places of a call beyond two for each core
  static constexpr std::uint32_t members_at_once = 16;     ///< beyond so many, members are counted by so many
  static constexpr std::uint32_t most_patience = 4;        ///< more switches parallelism off for good
  static constexpr float no_start = 1e7F;                  ///< how long no thread is started after one could not be
  static constexpr std::int64_t shutdown_pause = 100'000;  ///< between two looks at whether another's shutdown is over
  static constexpr std::int64_t starting_pause = 50'000;   ///< between two looks at a thread that is being started

  // Blocked threads.
  static constexpr float judged_time = 1e6F;         ///< extra threads are judged after this time at least ...
  static constexpr std::uint32_t judged_items = 16;  ///< ... and so many items for each thread
  static constexpr std::int64_t monitor_pause =
      1'000'000;  ///< between the first two looks of the monitor, doubled up to ...
  static constexpr std::int64_t longest_monitor_pause = 16'000'000;  ///< ... this
  static constexpr std::uint32_t monitor_looks = 3;                  ///< looks in a row that must find cores idle
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
