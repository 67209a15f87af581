// The constants of the cost model, in nanoseconds: what a prototype of this protocol did best with, measured.
#pragma once

#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Set once before the first call if at all (tests tell the model that waking is free); read by every thread.
struct Costs {
  float claim = 2'000;          ///< work in one claim …
  float big_claim = 8'000;      ///< … or up to so much, as long as that is no more than …
  float big_claim_part = 256;   ///< … this part of the own queue
  float first_claim = 250;      ///< work in a worker's first claim, when its forecast is least sure
  float claim_floor = 1'000;    ///< a claim is not cut below this by `claim_part`
  float claim_part = 8;         ///< a claim is at most this part of the own queue
  float strip = 1'000;          ///< work between two looks at the stop bound; in a big claim, a quarter of that
  float give_back = 10;         ///< a strip that took this many times its forecast ends the claim
  float tiny = 1'500;           ///< a loop forecast below this runs with one look at the clock
  float probe = 2'000;          ///< work done alone while nothing is known
  float last_step = 250;        ///< what is left of a private run is run in one step below this
  float least_shared = 2'500;   ///< left work that a hot helper is worth: a shared loop costs so much besides
  float small_loop = 1e6F;      ///< loops below this are compared, shared and alone: has sharing paid lately?
  float wake = 20'000;          ///< what a wake costs, until it has been measured
  float start = 60'000;         ///< what a new thread costs
  float look = 100;             ///< a worker looks at the pool once in so many ns for each thread that computes
  float hot_comes = 20'000;     ///< a hot helper that has not come for this long has lost its core
  float caller_spin = 20'000;   ///< a caller without work spins this long before it sleeps
  float preempted = 2'000;      ///< a gap of the clock in a spin loop above this was not spinning
  float rewake = 160'000;       ///< a wake that was not answered for this long may be repeated
  float blocked_window = 1e6F;  ///< time between two looks at one's own CPU time
  float blocked_after = 5e5F;   ///< age of a call below which nobody looks
  float long_claim = 30'000;    ///< a claim that took this long is worth a look whatever the call's age
  float pull = 20'000;          ///< time for one turn at pulling
  float window = 100'000;       ///< work in one turn at pulling, where the cost is known …
  float window_part = 32;       ///< … or this part of the time since the call was shared, if that is more
  float slow_next = 5'000;      ///< a single pulled item that took this long ends the turn
  std::uint32_t few = 64;       ///< items a core, up to which a run of unknown cost is offered at once
  std::uint32_t most_claimed = ~std::uint32_t{0};  ///< units in one claim (tests: 1)
  bool use_memo = true;                            ///< remember a pipeline's cost between calls
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
