// A call that is made in the background, as its handle and whoever makes it see it.
//
//   waiting --taken--> under way --done--> its result is there, or what it has thrown
//
// It is made by who takes it first: a thread of the pool that has nothing else to do, or whoever waits for it. So
// nobody waits for a call that has not begun; and one that has needs no other thread to come to its end, as every call.
// Waiting inside an item is therefore safe, whatever other threads do, unless the call itself waits for that item.
//
// Who touches what. Up to `taken` the handle's thread fills it in; then what is to be made is the taker's, up to
// `done`; from then on the result is the handle's. It is freed with the last of its references: the handle has one, and
// the place in which it waits (background.hpp), which is the taker's in the end. Pairings.
//   word_        | done (acq_rel) -> read (acquire) of the handle's thread        the result, and what the call has
//   done
//                | awaited (release) -> | done (acq_rel) of who has made it       whom to resume
//                | taken (relaxed): who takes it has what it refers to from the place in which it waited, or is the
//                handle's thread. | sleeping (relaxed): it asks to be woken
//   references_  - 1 (acq_rel): who frees it comes after all others have let go
#pragma once

#include <parallel_task/controller/cancelled.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/worker/as_caller.hpp>
#include <parallel_task/worker/background.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class AsyncRun : public BackgroundRun {
 public:
  enum class Do : unsigned char { run, destroy };
  /// `act` runs the call, and may throw; or destroys the whole object, which was made by new.
  explicit AsyncRun(void (*act)(AsyncRun& self, Do what)) noexcept : act_(act) { make = &AsyncRun::make_if_waiting; }
  AsyncRun(AsyncRun const&) = delete;
  AsyncRun& operator=(AsyncRun const&) = delete;

  // --- the handle's thread --------------------------------------------------------------------------------------------

  /// Has it made from now on.
  void launch() noexcept {
    prepare();
    most_threads_ = thread_manager.thread_groups.limit_of(this_thread.group);
    caller_ = caller_state(Costs::worth_any_wake, true, ticks());
    (void)is_offered();
  }
  [[nodiscard]] bool is_done() noexcept {
    // acquire: pairs with the release in `finish`.
    std::uint32_t const seen = word_.load(detail::memory_order_acquire);
    if ((seen & taken) == 0) (void)is_offered();
    return (seen & done) != 0 || is_lost(seen);
  }
  /// Returns when it is done, which it makes here if nobody has begun it, or lost.
  void wait();
  /// Has `resume(address)` called when it is done; false if it is, or is lost: then nothing is called.
  [[nodiscard]] bool call_when_done(void (*resume)(void*), void* address);
  void request_stop() noexcept { stop_.store(true, detail::memory_order_relaxed); }
  [[nodiscard]] bool stop_requested() const noexcept { return stop_.load(detail::memory_order_relaxed); }
  /// After `wait`: throws what it has thrown, or that it will never be done.
  void throw_error_of_it() {
    if (is_lost(word_.load(detail::memory_order_relaxed))) detail::throw_error(cancelled(StopReason::forked));
    if (ended_) detail::throw_error(cancelled(StopReason::stop_requested));
    detail::rethrow(std::exchange(error_, nullptr));
  }
  /// After `wait`: the handle is no more. What is lost stays as it is: it was left half done.
  void let_go() noexcept {
    if (!is_lost(word_.load(detail::memory_order_relaxed))) drop();
  }

  // --- who makes it ---------------------------------------------------------------------------------------------------

  /// What the call is told beside its own settings: for `Settings::stop_requested`.
  [[nodiscard]] std::uint32_t most_threads() const noexcept { return most_threads_; }

 private:
  static constexpr std::uint32_t taken = 1;
  static constexpr std::uint32_t awaited = 2;
  static constexpr std::uint32_t sleeping = 4;
  static constexpr std::uint32_t done = 8;
  static constexpr std::uint32_t forks_from = 4;  // above these bits: in which process it was taken

  [[nodiscard]] static std::uint32_t taken_here() noexcept { return taken | background.forks() << forks_from; }
  /// Begun in the process of which this is a child, by a thread that is not here.
  [[nodiscard]] static bool is_lost(std::uint32_t word) noexcept {
    constexpr std::uint32_t process = ~((std::uint32_t{1} << forks_from) - 1);
    return (word & (taken | done)) == taken && ((word ^ taken_here()) & process) != 0;
  }
  /// Whether it waits for a thread that makes it; if not, it is offered, anew in a child of fork.
  [[nodiscard]] bool is_offered() noexcept;
  [[nodiscard]] bool take() noexcept {
    return (word_.fetch_or(taken_here(), detail::memory_order_relaxed) & taken) == 0;
  }
  static void make_if_waiting(BackgroundRun& self) {
    auto& run = static_cast<AsyncRun&>(self);
    struct Reference {
      AsyncRun& of;
      ~Reference() { of.drop(); }
    } const reference{run};
    if (run.take()) run.make_now();
  }
  void make_now();
  void finish() noexcept;
  void sleep() noexcept;
  void drop() noexcept {
    if (references_.fetch_sub(1, detail::memory_order_acq_rel) == 1) act_(*this, Do::destroy);
  }

  void (*const act_)(AsyncRun& self, Do what);
  atomic<std::uint32_t> word_{0};
  atomic<std::uint32_t> references_{1};
  atomic<std::uint32_t> loan_{0};  // see as_caller.hpp
  atomic<bool> stop_{false};       // relaxed: it is looked at time and again
  bool ended_ = false;             // its thread was ended in an item
  std::uint32_t offered_in_ = 0;   // after how many forks it was offered, and one more; 0: it was not
  std::uint32_t most_threads_ = ~std::uint32_t{0};
  CallerState caller_;
  std::exception_ptr error_;
  void (*resume_)(void* address) = nullptr;
  void* address_ = nullptr;
};

inline bool AsyncRun::is_offered() noexcept {
  std::uint32_t const here = background.forks() + 1;
  if (offered_in_ == here) return true;
  references_.fetch_add(1, detail::memory_order_relaxed);
  if (!background.add(*this)) {
    references_.fetch_sub(1, detail::memory_order_relaxed);  // never the last: the handle has one
    return false;
  }
  offered_in_ = here;
  (void)thread_manager.call_for_background();
  return true;
}

inline void AsyncRun::make_now() {
  struct Finally {
    AsyncRun& run;
    ~Finally() { run.finish(); }
  } const finally{*this};
  (void)is_as_urgent_as(caller_);
  AsCaller const as_caller(caller_, loan_);
  ended_ = true;
  guarded([&] { act_(*this, Do::run); }, [&](std::exception_ptr error) { error_ = std::move(error); });
  ended_ = false;
}

/// The last touch of it by who has made it, but for a reference.
inline void AsyncRun::finish() noexcept {
  std::uint32_t const before = word_.fetch_or(done, detail::memory_order_acq_rel);
  if ((before & sleeping) != 0) wake_one(word_);
  if ((before & awaited) != 0) resume_(address_);
}

inline void AsyncRun::wait() {
  std::uint64_t const begun = ticks();
  for (;;) {
    // acquire: pairs with the release in `finish`.
    std::uint32_t const seen = word_.load(detail::memory_order_acquire);
    if ((seen & done) != 0 || is_lost(seen)) return;
    if ((seen & taken) == 0) {
      if (take()) make_now();
    } else if (elapsed_ns(begun, ticks()) < thread_manager.costs.caller_spin) {
      relax();
    } else {
      sleep();
    }
  }
}

/// Until it is done. A thread that is counted in `computing` is not meanwhile: another may have its place.
inline void AsyncRun::sleep() noexcept {
  Places& places = thread_manager.places;
  bool const counted = this_thread.depth != 0;
  if (counted) {
    places.asleep.fetch_add(1, detail::memory_order_relaxed);
    places.computing.fetch_sub(1, detail::memory_order_relaxed);
  }
  for (std::uint32_t seen = word_.fetch_or(sleeping, detail::memory_order_relaxed) | sleeping; (seen & done) == 0;
       seen = word_.load(detail::memory_order_relaxed)) {
    wait_on(word_, seen);
  }
  if (counted) {
    places.computing.fetch_add(1, detail::memory_order_relaxed);
    places.asleep.fetch_sub(1, detail::memory_order_relaxed);
  }
}

inline bool AsyncRun::call_when_done(void (*resume)(void*), void* address) {
  std::uint32_t const seen = word_.load(detail::memory_order_relaxed);
  // Where there is no thread that could make it, this one does: nobody would call otherwise.
  if ((seen & (taken | done)) == 0 &&
      (!is_offered() || thread_manager.starter.made.load(detail::memory_order_relaxed) == 0)) {
    wait();
    return false;
  }
  if (is_lost(seen)) return false;
  resume_ = resume;
  address_ = address;
  // From here on it may be called, on another thread, before this one has returned. release: pairs with the acquire in
  // `finish`. Who finds it done goes on by way of `wait`.
  return (word_.fetch_or(awaited, detail::memory_order_release) & done) == 0;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
