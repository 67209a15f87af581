// The process's pool: its threads, the open calls, who computes, who is parked, and the bell.
//
// Pairings.
//   open a call: slot.word (release), then `wanting` | bit (seq_cst)   → a helper reads `wanting`, then joins the slot
//   parking    : `parked` + 1 (seq_cst), then reads `wanting` (seq_cst) ⎫ of the two at least one sees the other:
//   ringing    : `wanting` | bit (seq_cst), then reads `parked` (seq_cst) ⎭ either the call is seen or the bell is rung
//   bell + 1 (release) → the sleeper's wait returns, reads (acquire)
// A missed bell costs speed, never progress: no call needs a helper. All other words here are counters and hints, read
// and written relaxed: each decides only whether something is tried.
#pragma once

#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/worker/call_slot.hpp>
#include <parallel_task/worker/costs.hpp>
#include <parallel_task/worker/engaging.hpp>
#include <parallel_task/worker/options.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// One thread of the library: its handle, and whether its place is in use.
struct alignas(128) WorkerThread {
  enum State : std::uint32_t { free = 0, starting = 1, running = 2 };
  atomic<std::uint32_t> state{free};
  std::uint32_t number = 0;  // 1 …; set before the thread starts
  atomic<int> system_id{0};  // while it runs; for whoever looks for the reason of a hang
  thread_handle handle{};
};

/// Threads that a `thread_limit` guard bounds together: whoever computes in its extent is counted here.
struct ThreadGroup {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  atomic<std::uint32_t> taken{0};
  atomic<std::uint32_t> limit{0};
  atomic<std::uint32_t> used{0};
  atomic<std::uint32_t> outer{0};  // filled in by the guard that takes the group, before anybody asks
};

/// The pool's tables. All zero until they are used, and an object of their own, so that they take no room in a
/// program's file: with the few words of the pool that don't begin with zero they would be 87 kB of it.
struct PARALLEL_TASK_SHARED Tables {
  static constexpr std::uint32_t slot_count = 64;
  static constexpr std::uint32_t group_count = 256;
  static constexpr std::uint32_t most_threads = 512;

  ThreadGroup groups[group_count];
  CallSlot call_slots[slot_count];
  WorkerThread threads[most_threads];
};
PARALLEL_TASK_SHARED inline constinit Tables tables{};

class PARALLEL_TASK_SHARED ThreadManager {
 public:
  static constexpr std::uint32_t slot_count = Tables::slot_count;
  static constexpr std::uint32_t group_count = Tables::group_count;
  static constexpr std::uint32_t most_threads = Tables::most_threads;

  constexpr ThreadManager() noexcept = default;

  // --- how many -----------------------------------------------------------------------------------------------------

  /// Cores that the library counts on.
  [[nodiscard]] std::uint32_t cores() noexcept {
    std::uint32_t const known = cores_.load(std::memory_order_acquire);
    return known != 0 ? known : set_up();
  }
  /// Threads that may compute now, callers included: the budget, or the cores and those that blocked threads make up
  /// for.
  [[nodiscard]] std::uint32_t limit() noexcept {
    std::uint32_t const own = cores();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(std::memory_order_relaxed);
    if (budget != 0) return budget;
    int const extra = blocked.load(std::memory_order_relaxed);
    return own + (extra <= 0 ? 0U : static_cast<std::uint32_t>(extra) < own ? static_cast<std::uint32_t>(extra) : own);
  }
  /// Threads that the library may ever have: 2 × cores.
  [[nodiscard]] std::uint32_t most_made() noexcept {
    std::uint32_t const most = 2 * cores();
    return most < most_threads ? most : most_threads;
  }
  /// Most threads that one call can get, its caller included.
  [[nodiscard]] std::uint32_t most_computing() noexcept {
    std::uint32_t const most = most_made();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(std::memory_order_relaxed);
    return budget != 0 ? budget : most;
  }
  /// Threads that compute: helpers with a place, and callers of open calls (`computing` holds −1 for each caller that
  /// is counted twice or sleeps).
  [[nodiscard]] std::uint32_t busy() const noexcept {
    int const count =
        computing.load(std::memory_order_relaxed) + std::popcount(wanting.load(std::memory_order_relaxed));
    return count < 0 ? 0U : static_cast<std::uint32_t>(count);
  }
  /// Takes one of the places to compute in; false if all are taken. One access, however many come at once (by
  /// compare-and-swap, 64 hot threads took 180 us to get in, simulated): who finds that it was one too many steps back,
  /// and for that moment is counted.
  [[nodiscard]] bool take_place() noexcept {
    int const most = static_cast<int>(limit()) - std::popcount(wanting.load(std::memory_order_relaxed));
    if (computing.load(std::memory_order_relaxed) >= most) return false;
    if (computing.fetch_add(1, std::memory_order_relaxed) < most) return true;
    give_place();
    return false;
  }
  void give_place() noexcept { computing.fetch_sub(1, std::memory_order_relaxed); }

  /// Threads that one open call should hold, so that all get theirs: the limit shared among the calls that users made.
  [[nodiscard]] std::uint32_t share() noexcept {
    std::uint64_t const open = wanting.load(std::memory_order_relaxed);
    std::uint32_t const most = limit();
    if ((open & (open - 1)) == 0) return most;
    std::uint32_t roots = 0;
    for (std::uint64_t rest = open; rest != 0; rest &= rest - 1) {
      auto const index = static_cast<std::uint32_t>(std::countr_zero(rest));
      roots += call_slots[index].parent.load(std::memory_order_relaxed) == CallSlot::no_parent ? 1U : 0U;
    }
    std::uint32_t const each = roots == 0 ? most : most / roots;
    return each == 0 ? 1 : each;
  }

  // --- what a wake costs --------------------------------------------------------------------------------------------

  /// Nanoseconds from ringing the bell to the woken thread's first step, as measured here; a guess at first.
  [[nodiscard]] float wake_ns() const noexcept {
    float const measured = wake_cost_.load(std::memory_order_relaxed);
    float const guess = costs.wake;
    if (measured <= 0) return guess;
    return measured < guess / 4 ? guess / 4 : measured > 2 * guess ? 2 * guess : measured;
  }
  /// What it costs to get one more thread going: a wake, or a start when none is parked.
  [[nodiscard]] float engage_ns() const noexcept {
    return parked.load(std::memory_order_relaxed) != 0 ? wake_ns() : costs.start;
  }

  // --- the bell -----------------------------------------------------------------------------------------------------

  /// Wakes a parked thread, or starts one, or wakes a caller that waits above `slot`. True if somebody was called.
  bool ring(CallSlot const& slot, engaging::Purpose purpose = engaging::Purpose::compute) noexcept {
    std::uint64_t const now = ticks();
    engaging::Pool pool;
    int const in_flight = waking_.load(std::memory_order_relaxed);
    pool.in_flight = in_flight < 0 ? 0U : static_cast<std::uint32_t>(in_flight);
    pool.busy = busy();
    pool.limit = limit();
    if (!engaging::may_call(pool, purpose)) {
      if (elapsed_ns(rang_at_.load(std::memory_order_relaxed), now) < costs.rewake) return false;
      waking_.store(0, std::memory_order_relaxed);
    }
    // seq_cst: after the caller's seq_cst write of `wanting`; pairs with `parked` + 1 before the read of `wanting`.
    if (parked.load(std::memory_order_seq_cst) != 0) {
      note_ring(now);
      bell.fetch_add(1, std::memory_order_release);
      wake_one(bell);
      return true;
    }
    if (start_one(now, pool, purpose)) return true;
    // Everybody is inside a call: those that wait in one for calls like this can help.
    std::uint32_t above = slot.parent.load(std::memory_order_relaxed);
    for (std::uint32_t steps = 0; above < slot_count && steps != slot_count; ++steps) {
      CallSlot& waiting_call = call_slots[above];
      if ((waiting_call.word.load(std::memory_order_relaxed) & CallSlot::waiting) != 0) {
        waiting_call.wake_caller();
        return true;
      }
      above = waiting_call.parent.load(std::memory_order_relaxed);
    }
    return false;
  }

  /// A thread has woken or started: measures how long that took, and lets the next be called.
  void answered() noexcept {
    // One access, whoever else comes: by compare-and-swap, 40 threads that woke at once took 4 us a try, a dozen tries
    // each (simulated).
    int const in_flight = waking_.fetch_sub(1, std::memory_order_relaxed);
    if (in_flight <= 0) {  // given up for lost before it came
      waking_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (in_flight != 1) return;
    std::uint64_t const rang = rang_at_.load(std::memory_order_relaxed);
    if ((rang & rang_sleeper) == 0) return;
    float const took = elapsed_ns(rang, ticks());
    if (took >= 40 * costs.wake) return;
    float const before = wake_cost_.load(std::memory_order_relaxed);
    wake_cost_.store(before > 0 ? before + (took - before) / 8 : took, std::memory_order_relaxed);
  }

  // --- thread groups ------------------------------------------------------------------------------------------------

  /// Enters `group` and those around it up to `own`, in which the thread is counted already; false if one is full.
  [[nodiscard]] bool enter_groups(std::uint32_t group, std::uint32_t own) noexcept {
    for (std::uint32_t g = group; g != own && g < group_count; g = groups[g].outer.load(std::memory_order_relaxed)) {
      std::uint32_t used = groups[g].used.load(std::memory_order_relaxed);
      do {
        if (used >= groups[g].limit.load(std::memory_order_relaxed)) {
          leave_groups(group, g);
          return false;
        }
      } while (!groups[g].used.compare_exchange_weak(used, used + 1, std::memory_order_relaxed,
                                                     std::memory_order_relaxed));
    }
    return true;
  }
  void leave_groups(std::uint32_t group, std::uint32_t up_to) noexcept {
    for (std::uint32_t g = group; g != up_to && g < group_count;) {
      std::uint32_t const outer = groups[g].outer.load(std::memory_order_relaxed);
      groups[g].used.fetch_sub(1, std::memory_order_relaxed);
      g = outer;
    }
  }
  /// Whether a thread that is in none could enter `group` and those around it: a glance, at guards that may be gone.
  [[nodiscard]] bool groups_have_room(std::uint32_t group) const noexcept {
    for (std::uint32_t g = group, steps = 0; g < group_count && steps != group_count; ++steps) {
      if (groups[g].used.load(std::memory_order_relaxed) >= groups[g].limit.load(std::memory_order_relaxed))
        return false;
      g = groups[g].outer.load(std::memory_order_relaxed);
    }
    return true;
  }
  /// Most threads that a call in `group` may have; ~0: no bound.
  [[nodiscard]] std::uint32_t group_limit(std::uint32_t group) const noexcept {
    std::uint32_t least = ~std::uint32_t{0};
    for (std::uint32_t g = group; g < group_count; g = groups[g].outer.load(std::memory_order_relaxed)) {
      std::uint32_t const here = groups[g].limit.load(std::memory_order_relaxed);
      if (here < least) least = here;
    }
    return least;
  }

  // --- options ------------------------------------------------------------------------------------------------------

  void set(Options const& options) noexcept {
    // What the pool remembers must not be unloaded with the plugin that has set it.
    pin_object_file(options.thread_name_prefix);
    pin_object_file(reinterpret_cast<void const*>(options.on_thread_start));
    pin_object_file(reinterpret_cast<void const*>(options.on_thread_stop));
    // relaxed: each is used on its own; calls that run meanwhile may see some of them.
    wanted_cores_.store(options.cores, std::memory_order_relaxed);
    wanted_threads_.store(options.threads, std::memory_order_relaxed);
    hot_time_.store(options.hot_time.count(), std::memory_order_relaxed);
    name_prefix_.store(options.thread_name_prefix, std::memory_order_relaxed);
    stack_size_.store(options.stack_size, std::memory_order_relaxed);
    on_thread_start_.store(options.on_thread_start, std::memory_order_relaxed);
    on_thread_stop_.store(options.on_thread_stop, std::memory_order_relaxed);
    (void)set_up();
  }
  [[nodiscard]] Options options() const noexcept {
    Options options;
    options.cores = wanted_cores_.load(std::memory_order_relaxed);
    options.threads = wanted_threads_.load(std::memory_order_relaxed);
    options.hot_time = std::chrono::nanoseconds(hot_time_.load(std::memory_order_relaxed));
    options.thread_name_prefix = name_prefix_.load(std::memory_order_relaxed);
    options.stack_size = stack_size_.load(std::memory_order_relaxed);
    options.on_thread_start = on_thread_start_.load(std::memory_order_relaxed);
    options.on_thread_stop = on_thread_stop_.load(std::memory_order_relaxed);
    return options;
  }
  /// CPU time for which an idle helper keeps spinning, in nanoseconds.
  [[nodiscard]] float hot_ns() const noexcept { return static_cast<float>(hot_time_.load(std::memory_order_relaxed)); }

  /// Looks again at how many cores there are, at most once a second: affinity and quota may change at run time.
  void refresh_cores(std::uint64_t now) noexcept {
    std::uint64_t const then = looked_at_.load(std::memory_order_relaxed);
    if (then != 0 && elapsed_ns(then, now) < 1e9F) return;
    if (wanted_cores_.load(std::memory_order_relaxed) != 0) return;
    looked_at_.store(now, std::memory_order_relaxed);
    std::uint32_t const found = available_cores();
    cores_.store(found < most_threads / 2 ? found : most_threads / 2, std::memory_order_relaxed);
  }
  /// Whether there is one core only. Nobody publishes then, so here is where others would be noticed.
  [[nodiscard]] bool has_one_core() noexcept {
    if (cores() != 1) return false;
    refresh_cores(ticks());
    return cores() == 1;
  }

  /// Has the child of every fork begin with a pool of its own. The object file that calls must be there for good.
  void heed_forks() noexcept;

  /// Ends all threads; see `parallel_task::shutdown`.
  void shut_down() noexcept;

  // The pool's words, each group that is written together on a line of its own: what every thread reads at every claim
  // boundary shares none with what is written at every wake (simulated: 166 cores on 1000 items of 50 us, 4.5 ms with
  // the two on one line).
  Costs costs;
  alignas(128) atomic<std::uint64_t> wanting{0};  ///< a bit for each open call; written by callers only
  alignas(128) atomic<int> computing{0};
  alignas(128) atomic<std::uint32_t> bell{0};
  atomic<std::uint32_t> parked{0};
  alignas(128) atomic<std::uint32_t> spinning{0};  ///< hot helpers
  alignas(128) atomic<int> blocked{0};             ///< joined threads that call themselves blocked
  atomic<std::uint32_t> asleep{0};                 ///< callers that sleep until their helpers are done
  atomic<bool> stopping{false};

 private:
  atomic<std::uint32_t> cores_{0};
  atomic<std::uint32_t> budget_{0};
  atomic<std::chrono::nanoseconds::rep> hot_time_{Options{}.hot_time.count()};

 public:
  alignas(128) atomic<std::uint32_t> watch_wanted{0};
  atomic<std::uint32_t> watch_on{0};
  atomic<void (*)() noexcept> watch{nullptr};  ///< the controller's watch, run by a spare thread
  atomic<std::uint32_t> patience{1};           ///< ski-rental: unserved wakes double it, a served one resets it
  atomic<std::uint32_t> made{0};               ///< threads that live
  static constexpr auto& groups = tables.groups;
  static constexpr auto& call_slots = tables.call_slots;

 private:
  friend void* run_thread(void*);
  friend void forget_threads() noexcept;
  friend class StateDump;

  void note_ring(std::uint64_t now) noexcept {
    waking_.fetch_add(1, std::memory_order_relaxed);
    rang_at_.store(now | rang_sleeper, std::memory_order_relaxed);
    ring_core.store(current_core(), std::memory_order_relaxed);
    rang_by.store(this_thread.thread, std::memory_order_relaxed);
  }
  bool start_one(std::uint64_t now, engaging::Pool pool, engaging::Purpose purpose) noexcept;
  std::uint32_t set_up() noexcept;

  alignas(128) atomic<float> wake_cost_{0.0F};  // apart from what each wake writes: all read it at claim boundaries
  alignas(128) atomic<int> waking_{0};
  atomic<std::uint32_t> making_{0};  // threads that are about to make one
  // When somebody was called last, in ticks; the lowest bit: it was a sleeper. One word, so one fetch of its line.
  static constexpr std::uint64_t rang_sleeper = 1;
  atomic<std::uint64_t> rang_at_{0};
  atomic<std::uint64_t> no_start_before_{0};
  atomic<std::uint64_t> looked_at_{0};  // for cores, in ticks
  atomic<std::uint32_t> heeds_forks_{0};
  atomic<std::uint32_t> leaves_stacks_{0};  // in a child of fork: the stacks of threads that are not there are in use
  atomic<std::uint32_t> shutting_{0};
  // The user's options, each a word of its own: they may be set while threads run.
  atomic<unsigned> wanted_cores_{Options{}.cores};
  atomic<unsigned> wanted_threads_{Options{}.threads};
  atomic<char const*> name_prefix_{Options{}.thread_name_prefix};
  atomic<std::size_t> stack_size_{Options{}.stack_size};
  atomic<void (*)()> on_thread_start_{nullptr};
  atomic<void (*)()> on_thread_stop_{nullptr};
  static constexpr auto& threads_ = tables.threads;

 public:
  atomic<int> ring_core{-1};         ///< where the last bell was rung
  atomic<std::uint32_t> rang_by{0};  ///< and by which thread; for traces
};

/// The one pool of the process. Constant-initialised, never destroyed: it works before main and after it.
PARALLEL_TASK_SHARED inline constinit ThreadManager thread_manager{};

void* run_thread(void* record);
void forget_threads() noexcept;

/// Before this object file's first call is open to others: keeps the file loaded, and the one that threads started from
/// here run in, since the pool remembers functions of both; and has the pool's first caller tell the system of forks.
/// Each object file has a copy of its own, which no other's can stand in for. False where it can't be done now: a
/// thread of the library, whichever copy of it, may not ask for the loader's lock, since whoever waits for that thread
/// may be a constructor, which holds it.
PARALLEL_TASK_PER_OBJECT inline constinit atomic<std::uint32_t> prepared{0};
[[nodiscard]] PARALLEL_TASK_PER_OBJECT inline bool prepare() noexcept {
  // relaxed: once is enough, and twice no harm.
  if (prepared.load(std::memory_order_relaxed) != 0) return true;
  if (this_thread.thread != 0 || marked_as_runner()) return false;
  pin_object_file(&prepared);
  pin_object_file(reinterpret_cast<void const*>(&run_thread));
  thread_manager.heed_forks();
  prepared.store(1, std::memory_order_relaxed);
  return true;
}

/// A thread of the library has come back from an item in the child of a fork: its call's caller is not there, nor is
/// its place in the pool.
PARALLEL_TASK_COLD [[noreturn]] inline void no_way_back() noexcept {
  std::fputs(
      "parallel_task: a child of fork came back from an item (or a hook) that ran on a thread of the library; the call "
      "was another thread's, and that is not in the child, which must end by itself, as by _exit\n",
      stderr);
  std::abort();
}

/// In the child of a fork there is one thread, the one that forked: forgets all others. That thread may be in calls.
///   its own, that nobody has joined     go on as if nothing had happened
///   its own, that others have joined    lost: what those had claimed was left half done. Nobody joins any more, and
///                                       the run ends with `cancelled` as soon as the thread is back from its item
///   another thread's, that it joined    lost with that thread. The slot stays taken until this thread has left it
///   another thread's                    gone: the slot is free
/// Run twice it does the same as run once.
PARALLEL_TASK_COLD inline void forget_threads() noexcept {
  ThreadManager& m = thread_manager;
  ThreadState& self = this_thread;
  constexpr std::uint32_t end = ThreadManager::slot_count;
  auto const is_own = [&](std::uint32_t i) {
    return m.call_slots[i].caller.load(std::memory_order_relaxed) == static_cast<void const*>(&self);
  };
  auto const abandon = [](CallSlot& slot) {
    OpenCall* const call = slot.call.load(std::memory_order_relaxed);
    call->abandon(*call);
  };

  // From the innermost call outwards. Above a call that this thread has joined it is not in others' calls, up to the
  // one of its own in which it waited.
  std::uint64_t joined = 0;
  for (std::uint32_t at = self.inside; at < end;) {
    CallSlot& slot = m.call_slots[at];
    std::uint32_t above = slot.parent.load(std::memory_order_relaxed);
    if (!is_own(at)) {
      joined |= std::uint64_t{1} << at;
      abandon(slot);
      while (above < end && !is_own(above)) above = m.call_slots[above].parent.load(std::memory_order_relaxed);
      slot.parent.store(above, std::memory_order_relaxed);
      slot.rack.store(nullptr, std::memory_order_relaxed);  // this thread still uses the old one
      slot.word.store(1, std::memory_order_relaxed);        // free when it leaves
      m.leaves_stacks_.store(1, std::memory_order_relaxed);
    }
    at = above;
  }

  std::uint64_t open = 0;
  self.system_id = 0;
  for (std::uint32_t i = 0; i != end; ++i) {
    CallSlot& slot = m.call_slots[i];
    std::uint32_t const word = slot.word.load(std::memory_order_relaxed);
    if (word == 0 || (joined >> i & 1) != 0) continue;
    Rack* const rack = slot.rack.load(std::memory_order_relaxed);
    if (!is_own(i)) {
      for (auto& held : slot.members) held.store(0, std::memory_order_relaxed);
      if (rack != nullptr) renew_members(*rack, 0);
      slot.word.store(0, std::memory_order_relaxed);
      continue;
    }
    if ((word & CallSlot::open) == 0) {  // being filled in, or cleaned up, or free: nobody else is in it
      slot.word.store(word & CallSlot::reserved, std::memory_order_relaxed);
      continue;
    }
    open |= std::uint64_t{1} << i;
    rack->members[0].system_id.store(this_thread_id(), std::memory_order_relaxed);
    if ((word & CallSlot::count) == 0) continue;
    abandon(slot);
    renew_members(*rack, 1);
    ::new (static_cast<void*>(&rack->members[0].queue)) LimitedAccessQueue;
    for (auto& held : slot.members) held.store(0, std::memory_order_relaxed);
    slot.members[0].store(1, std::memory_order_relaxed);
    slot.most_joined.store(0, std::memory_order_relaxed);
    slot.word.store(CallSlot::open, std::memory_order_relaxed);
  }

  // The guards around the fork hold on in the child; others' are gone.
  for (ThreadGroup& group : m.groups) group.used.store(0, std::memory_order_relaxed);
  for (std::uint32_t g = self.group; g < ThreadManager::group_count;) {
    m.groups[g].used.store(1, std::memory_order_relaxed);
    g = m.groups[g].outer.load(std::memory_order_relaxed);
  }
  for (ThreadGroup& group : m.groups) {
    if (group.used.load(std::memory_order_relaxed) == 0) group.taken.store(0, std::memory_order_relaxed);
  }

  for (WorkerThread& thread : m.threads_) thread.state.store(WorkerThread::free, std::memory_order_relaxed);
  // One thread computes, and each call of its own that is open counts it once more (see `busy`).
  m.wanting.store(open, std::memory_order_relaxed);
  m.computing.store(self.inside < end ? 1 - std::popcount(open) : 0, std::memory_order_relaxed);
  m.parked.store(0, std::memory_order_relaxed);
  m.spinning.store(0, std::memory_order_relaxed);
  m.blocked.store(0, std::memory_order_relaxed);
  m.watch_wanted.store(0, std::memory_order_relaxed);
  m.watch_on.store(0, std::memory_order_relaxed);
  m.made.store(0, std::memory_order_relaxed);
  m.waking_.store(0, std::memory_order_relaxed);
  m.asleep.store(0, std::memory_order_relaxed);
  m.making_.store(0, std::memory_order_relaxed);
  m.no_start_before_.store(0, std::memory_order_relaxed);
  m.shutting_.store(0, std::memory_order_relaxed);
  m.stopping.store(false, std::memory_order_relaxed);
  if (self.thread != 0) self.lost = true;
  self.thread = 0;
  self.in_vain = 0;
  self.looked_at = 0;
  self.blocked = false;
}

inline void ThreadManager::heed_forks() noexcept {
  if (heeds_forks_.load(std::memory_order_relaxed) != 0) return;
  // The word is set behind it, so that nobody relies on what is still under way: two at once both register.
  on_fork(&forget_threads);
  heeds_forks_.store(1, std::memory_order_relaxed);
}

PARALLEL_TASK_COLD inline std::uint32_t ThreadManager::set_up() noexcept {
  std::uint32_t const asked = wanted_cores_.load(std::memory_order_relaxed);
  std::uint32_t const found = asked != 0 ? asked : affinity_cores();
  std::uint32_t const count = found < most_threads / 2 ? found : most_threads / 2;
  std::uint32_t budget = wanted_threads_.load(std::memory_order_relaxed);
  if (budget == 0) {
    if (char const* const text = std::getenv("PARALLEL_TASK_THREADS"); text != nullptr && *text != '\0') {
      char* end = nullptr;
      unsigned long const value = std::strtoul(text, &end, 10);
      if (*end == '\0' && value >= 1 && value <= 1'000'000 && *text != '-') {
        budget = static_cast<std::uint32_t>(value);
      } else {
        std::fprintf(stderr, "parallel_task: PARALLEL_TASK_THREADS=%s is not a number of threads; ignored\n", text);
      }
    }
  }
  if (budget > 2 * count) budget = 2 * count;
  budget_.store(budget, std::memory_order_relaxed);
  // release: pairs with the acquire in `cores`; whoever sees that the pool is set up sees the budget, too.
  cores_.store(count, std::memory_order_release);
  clock::calibrate();
  return count;
}

PARALLEL_TASK_COLD inline bool ThreadManager::start_one(std::uint64_t now, engaging::Pool pool,
                                                        engaging::Purpose purpose) noexcept {
  std::uint32_t most = most_made();
  if (made.load(std::memory_order_relaxed) >= most || no_start_before_.load(std::memory_order_relaxed) > now) {
    return false;
  }
  // relaxed: two that look at the same time may both make one; both are counted then.
  pool.made = made.load(std::memory_order_relaxed);
  pool.asleep = asleep.load(std::memory_order_relaxed);
  pool.making = making_.load(std::memory_order_relaxed);
  if (!engaging::may_make(pool, purpose)) return false;
  refresh_cores(now);
  most = most_made();
  // The count first: never more than `most`, whoever starts at the same time.
  std::uint32_t count = made.load(std::memory_order_relaxed);
  do {
    if (count >= most) return false;
  } while (!made.compare_exchange_weak(count, count + 1, std::memory_order_relaxed, std::memory_order_relaxed));
  for (std::uint32_t i = 0; i != most_threads; ++i) {
    std::uint32_t state = WorkerThread::free;
    // seq_cst: before the read of `stopping`; pairs with shut_down's write of it before its look at the states.
    if (!threads_[i].state.compare_exchange_strong(state, WorkerThread::starting, std::memory_order_seq_cst)) continue;
    threads_[i].number = i + 1;
    if (!stopping.load(std::memory_order_seq_cst)) {
      waking_.fetch_add(1, std::memory_order_relaxed);
      making_.fetch_add(1, std::memory_order_relaxed);
      rang_at_.store(now & ~rang_sleeper, std::memory_order_relaxed);
      ring_core.store(current_core(), std::memory_order_relaxed);
      std::size_t const stack = stack_size_.load(std::memory_order_relaxed);
      bool const started = leaves_stacks_.load(std::memory_order_relaxed) == 0
                               ? start_thread(threads_[i].handle, &run_thread, &threads_[i], stack)
                               : start_thread_on_new_memory(threads_[i].handle, &run_thread, &threads_[i], stack);
      making_.fetch_sub(1, std::memory_order_relaxed);
      if (started) {
        // release: pairs with the acquire in shut_down; publishes the handle.
        threads_[i].state.store(WorkerThread::running, std::memory_order_release);
        return true;
      }
      answered();
      // No thread to be had is no error. Asking again at once would only cost: 10 ms.
      no_start_before_.store(now + static_cast<std::uint64_t>(1e7F / clock::rate.load(std::memory_order_relaxed)),
                             std::memory_order_relaxed);
    }
    threads_[i].state.store(WorkerThread::free, std::memory_order_release);
    break;
  }
  made.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

PARALLEL_TASK_COLD inline void ThreadManager::shut_down() noexcept {
  // One at a time; whoever comes second waits until the first is done, since it too promises that all are gone.
  while (shutting_.exchange(1, std::memory_order_acquire) != 0) sleep_ns(100'000);
  stopping.store(true, std::memory_order_seq_cst);
  for (WorkerThread& thread : threads_) {
    for (;;) {
      std::uint32_t const state = thread.state.load(std::memory_order_seq_cst);
      if (state == WorkerThread::free) break;
      if (state == WorkerThread::starting) {
        sleep_ns(50'000);
        continue;
      }
      bell.fetch_add(1, std::memory_order_release);
      wake_all(bell);
      join_thread(thread.handle);
      thread.state.store(WorkerThread::free, std::memory_order_release);
      made.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  stopping.store(false, std::memory_order_seq_cst);
  shutting_.store(0, std::memory_order_release);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
