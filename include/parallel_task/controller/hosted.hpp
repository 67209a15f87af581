// on(executor): the threads that help in a call are the host's, which starts as many callables as it likes; the pool's
// stay away.
//
// The call is open in a slot as every other. Its group is one in which there is no room, so that no thread of the pool
// joins; a callable joins the slot by itself, in the group of the caller. Whether it has come in time is told by a
// ticket, which outlives the call: it lasts as long as any callable does.
//
// Who does what: the caller makes the ticket before it opens the call, has callables started when it has, and says
// `over` after the close. A callable looks at its ticket, joins, and looks again.
// Pairings.
//   over        set (relaxed) before the slot is put back (release), reserved (acquire) and opened (release) by a later
//               caller -> join (acquire), then read (relaxed): who has joined a later call sees that its own is over
//   references  - 1 (acq_rel): who frees the ticket comes after all others have let go
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct HostedCall;

struct HostTicket {
  atomic<std::uint32_t> references{1};
  atomic<bool> over{false};
  std::uint32_t slot = 0;
  std::uint32_t group = 0;  ///< of the caller

  void let_go() noexcept {
    if (references.fetch_sub(1, detail::memory_order_acq_rel) == 1) delete this;
  }
  /// Works in the call, if it is still open.
  void help() const;
};

inline void HostTicket::help() const {
  CallSlot& there = thread_manager.call_slots[slot];
  if (over.load(detail::memory_order_relaxed) || !there.join()) return;
  if (over.load(detail::memory_order_relaxed)) return there.leave();  // it is another call
  struct Counted {
    Counted() noexcept { thread_manager.places.computing.fetch_add(1, detail::memory_order_relaxed); }
    ~Counted() { thread_manager.places.give(); }
  };
  {
    Counted const counted;
    (void)work_as_member(there, slot, CallSlot::hosted, group);
  }
  there.leave();
}

}  // namespace detail

/// What an executor is given to run, by `on(executor)`: called without arguments, it works in the call until nothing is
/// left, and returns at once if the call has ended. Copies are as good as the original. May be called on any thread, or
/// never.
class HostWork {
 public:
  HostWork(HostWork const& other) noexcept : ticket_(other.ticket_) {
    ticket_->references.fetch_add(1, detail::memory_order_relaxed);
  }
  HostWork& operator=(HostWork const& other) noexcept {
    HostWork copy(other);
    std::swap(ticket_, copy.ticket_);
    return *this;
  }
  ~HostWork() { ticket_->let_go(); }
  void operator()() const { ticket_->help(); }

 private:
  friend struct detail::HostedCall;
  explicit HostWork(detail::HostTicket& ticket) noexcept : ticket_(&ticket) {
    ticket_->references.fetch_add(1, detail::memory_order_relaxed);
  }
  detail::HostTicket* ticket_;
};

namespace detail {

template <class E>
concept executes = requires(E& executor, HostWork work) { executor.execute(std::move(work)); };

}  // namespace detail

/// Something that starts a callable on a thread of its own: `e.execute(f)`, as Asio's executors have it, or `e(f)`, as
/// a closure does that hands `f` to `tbb::task_arena::enqueue`, or to a std::jthread.
///
/// `f` is called without arguments and copyable. `on(executor)` calls it once for each thread that could help; what it
/// throws ends that, and is no error. It may start none of them, or late.
template <class E>
concept executor = detail::executes<std::remove_reference_t<E>> ||
                   requires(std::remove_reference_t<E>& start, HostWork work) { start(std::move(work)); };

namespace detail {

/// The frame of a call whose helpers are the host's.
struct HostedCall : Host {
  /// `start_one` has the host start a callable; it may throw.
  explicit HostedCall(void (*start_one)(HostedCall const& self, HostWork work)) noexcept
      : Host{nullptr, &HostedCall::close_to_pool, &HostedCall::start_all}, start_one_(start_one) {}
  HostedCall(HostedCall const&) = delete;
  HostedCall& operator=(HostedCall const&) = delete;
  ~HostedCall() {
    if (ticket_ != nullptr) {
      ticket_->over.store(true, detail::memory_order_relaxed);
      ticket_->let_go();
    }
    if (closed_group_ != ThreadGroups::none) thread_manager.thread_groups.give_back(closed_group_);
  }

 private:
  static void close_to_pool(Host const& self, Call& call) noexcept;
  static void start_all(Host const& self, Call& call);

  void (*const start_one_)(HostedCall const& self, HostWork work);
  HostTicket* ticket_ = nullptr;
  std::uint32_t closed_group_ = ThreadGroups::none;
};

/// It is published, and nobody can join yet.
inline void HostedCall::close_to_pool(Host const& self, Call& call) noexcept {
  auto& hosted = const_cast<HostedCall&>(static_cast<HostedCall const&>(self));
  CallSlot& slot = *call.slot;
  std::uint32_t const group = slot.group.load(detail::memory_order_relaxed);
  hosted.closed_group_ = thread_manager.thread_groups.take(0, group);
  hosted.ticket_ = new (std::nothrow) HostTicket;
  if (hosted.closed_group_ == ThreadGroups::none || hosted.ticket_ == nullptr) {
    call.may_join = 0;
    slot.most_joined.store(0, detail::memory_order_relaxed);
    return;
  }
  slot.group.store(hosted.closed_group_, detail::memory_order_relaxed);
  hosted.ticket_->slot = call.index;
  hosted.ticket_->group = group;
}

/// It is open.
inline void HostedCall::start_all(Host const& self, Call& call) {
  auto const& hosted = static_cast<HostedCall const&>(self);
  std::uint32_t const most = call.slot->most_joined.load(detail::memory_order_relaxed);
  if (most == 0) return;
  std::uint32_t n = call.settings.max_threads != 0 ? call.settings.max_threads - 1 : thread_manager.places.cores() - 1;
  if (n > most) n = most;
  if (n > call.members->size - 1) n = call.members->size - 1;
  if (call.job.pull == nullptr) {
    std::size_t waiting = 0;
    std::uint32_t const end = call.slot->high.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) waiting += call.members->all[i].queue.load();
    if (n >= waiting) n = waiting != 0 ? static_cast<std::uint32_t>(waiting) - 1 : 0;
  }
  guarded(
      [&] {
        for (; n != 0; --n) hosted.start_one_(hosted, HostWork(*hosted.ticket_));
      },
      [](std::exception_ptr) {});  // as many as there are
}

/// `E` is a reference where the executor is the user's.
template <class E>
struct HostOf : Host {
  using Executor = std::remove_reference_t<E>;
  using Held = std::conditional_t<std::is_reference_v<E>, Executor*, Executor>;
  mutable Held held;  // called by the caller of one call at a time

  explicit HostOf(Executor& given)
    requires std::is_reference_v<E>
      : Host{&HostOf::run_in, nullptr, nullptr}, held(std::addressof(given)) {}
  explicit HostOf(Executor&& given)
    requires(!std::is_reference_v<E>)
      : Host{&HostOf::run_in, nullptr, nullptr}, held(std::move(given)) {}

  [[nodiscard]] Executor& executor() const noexcept {
    if constexpr (std::is_reference_v<E>) {
      return *held;
    } else {
      return held;
    }
  }

 private:
  struct OfCall : HostedCall {
    Executor& executor;
    explicit OfCall(Executor& whose) noexcept : HostedCall(&OfCall::start), executor(whose) {}
    static void start(HostedCall const& self, HostWork work) {
      Executor& starts = static_cast<OfCall const&>(self).executor;
      if constexpr (executes<Executor>) {
        starts.execute(std::move(work));
      } else {
        static_cast<void>(starts(std::move(work)));
      }
    }
  };
  static void run_in(Host const& self, WorkerController& controller, Job const& job, void* home, Memo& memo) {
    OfCall frame(static_cast<HostOf const&>(self).executor());
    detail::run_hosted<true>(controller, job, home, memo, frame);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
