// What a call may be told: plain values and erased callbacks, nothing that owns.
#pragma once

#include <parallel_task/policy/prioritize_thread.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {
struct Progress;
struct RunReport;
}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {

class WorkerController;
class Trace;
struct Job;
class Memo;

namespace detail {

/// Whom a call tells what it does, and how often it looks up. A call of which none of that is asked runs code that has
/// no word of it: what does is instantiated only where something is asked for, and found through `run`.
struct Observation {
  void (*run)(WorkerController&, Job const&, void* home, Memo&) = nullptr;
  RunReport* report = nullptr;
  Trace* trace = nullptr;
  void (*tell)(Observation const& self, Progress const&) = nullptr;  ///< the progress callback
  std::int64_t interval = 0;                                         ///< nanoseconds between two of its calls
  std::uint32_t max_len = 0;                                         ///< most positions in a claim; 0: no cap
  std::uint32_t min_len = 0;                                         ///< fewest, where so many wait
};

/// What every Observation is that has `tell`. Apart, since every pipeline holds an Observation and few are told
/// anything.
struct ProgressObservation : Observation {
  mutable std::size_t total = ~std::size_t{0};  ///< positions of a source that is pulled; all ones: it does not know
};

struct OpenCall;

/// What a call carries from its caller to those who help (controller/carried.hpp). It runs the call, and is observed
/// so.
struct Carried {
  void (*run)(Carried const& self, WorkerController&, Job const&, void* home, Memo&);
  Observation observation;  ///< of calls that tell nobody anything else
};
/// The same of one call, in its frame.
struct CarriedCall;
struct CarriedCall {
  void (*capture)(CarriedCall& self);  ///< on the calling thread, before others come in; may throw
  void (*work)(CarriedCall& self, OpenCall&, std::uint32_t member);  ///< of a helper; throws if it could not begin
  void (*enter)(OpenCall&, std::uint32_t member);                    ///< for `OpenCall::enter`
};

/// Whose threads help in a call, if not the pool's (controller/hosted.hpp): as the settings have it, with `run`; then,
/// in the frame of the call, with the others.
struct Call;
struct Host {
  void (*run)(Host const& self, WorkerController&, Job const&, void* home, Memo&);
  void (*publish)(Host const& self, Call&) noexcept;  ///< it is published, and about to be opened
  void (*open)(Host const& self, Call&);              ///< it is open
};
template <bool observed>
void run_hosted(WorkerController& controller, Job const& job, void* home, Memo& memo, Host const& frame);

}  // namespace detail

/// The settings of one call. What it points to belongs to the pipeline and outlives the run.
struct Settings {
  unsigned max_threads = 0;   ///< most threads that compute this call, the caller included; 0: no cap
  detail::Strategy strategy;  ///< whom to rob; empty: Remaining
  bool (*stop_requested)(void const* token) = nullptr;
  void const* stop_token = nullptr;
  std::int64_t deadline = 0;                         ///< std::chrono::steady_clock nanoseconds since its epoch; 0: none
  detail::Observation const* observation = nullptr;  ///< null: nobody is told anything
  detail::Carried const* carried = nullptr;          ///< null: nothing; else there is an observation
  detail::Host const* host = nullptr;                ///< null: the pool's threads help; else there is an observation
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
