// The public functions about the process's thread pool: options, limits, the end of its threads.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/worker/options.hpp>
#if defined(PARALLEL_TASK_ENGINE)
#include <parallel_task/worker/thread_manager.hpp>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

namespace detail {

// What the names below do.
#if defined(PARALLEL_TASK_COMPILED)
PARALLEL_TASK_FUNCTION void change_options(Options const& options) PARALLEL_TASK_SYMBOL("change_options");
#else
PARALLEL_TASK_PER_OBJECT inline void change_options(Options const& options);  // it asks which object file it is in
#endif
PARALLEL_TASK_FUNCTION void end_all_threads() PARALLEL_TASK_SYMBOL("end_all_threads");
[[nodiscard]] PARALLEL_TASK_FUNCTION std::uint32_t number_of_this_thread() noexcept
    PARALLEL_TASK_SYMBOL("number_of_this_thread");
[[nodiscard]] PARALLEL_TASK_FUNCTION std::uint32_t most_threads_here() noexcept
    PARALLEL_TASK_SYMBOL("most_threads_here");
/// How many threads can compute a call where no guard is.
[[nodiscard]] PARALLEL_TASK_FUNCTION std::uint32_t most_computing() noexcept PARALLEL_TASK_SYMBOL("most_computing");
/// Tells the calling thread from all others that there are.
[[nodiscard]] PARALLEL_TASK_FUNCTION std::uintptr_t key_of_this_thread() noexcept
    PARALLEL_TASK_SYMBOL("key_of_this_thread");

/// The room of what a thread_limit keeps.
struct LimitRoom {
  static constexpr std::size_t size = 192;
  alignas(std::uint64_t) std::byte bytes[size];
};
PARALLEL_TASK_FUNCTION void begin_limit(LimitRoom& room, std::uint32_t n) PARALLEL_TASK_SYMBOL("begin_limit");
PARALLEL_TASK_FUNCTION void end_limit(LimitRoom& room) noexcept PARALLEL_TASK_SYMBOL("end_limit");

#if defined(PARALLEL_TASK_ENGINE)

/// What the pool remembers must not be unloaded with the plugin that has set it.
PARALLEL_TASK_PER_OBJECT inline void keep_loaded(void const* address, void const* before) noexcept {
  if (address == before || address == nullptr) return;
  // Mostly it is in this object file, and nobody has to be asked.
  is_in_one_object_file(address, &kept_loaded) ? stay_loaded() : pin_object_file(address);
}

PARALLEL_TASK_FUNCTION void change_options(Options const& options) {
  if (options.hot_time.count() < 0) {
    throw_invalid_argument("parallel_task::set_options: hot_time is negative");
  }
  if (options.thread_name_prefix == nullptr || std::strlen(options.thread_name_prefix) > longest_name_prefix) {
    throw_invalid_argument("parallel_task::set_options: thread_name_prefix has more than 11 characters or is null");
  }
  Options const before = thread_manager.options();
  keep_loaded(options.thread_name_prefix, before.thread_name_prefix);
  keep_loaded(reinterpret_cast<void const*>(options.on_thread_start),
              reinterpret_cast<void const*>(before.on_thread_start));
  keep_loaded(reinterpret_cast<void const*>(options.on_thread_stop),
              reinterpret_cast<void const*>(before.on_thread_stop));
  thread_manager.set(options);
}

PARALLEL_TASK_FUNCTION void end_all_threads() {
  if (this_thread.depth != 0 || this_thread.thread != 0) {
    throw_logic_error("parallel_task::shutdown: called from inside a parallel call");
  }
  thread_manager.shut_down();
}

PARALLEL_TASK_FUNCTION std::uint32_t number_of_this_thread() noexcept { return this_thread.thread; }

PARALLEL_TASK_FUNCTION std::uint32_t most_computing() noexcept { return thread_manager.places.most_computing(); }

PARALLEL_TASK_FUNCTION std::uint32_t most_threads_here() noexcept {
  std::uint32_t const most = thread_manager.places.most_computing();
  std::uint32_t const here = thread_manager.thread_groups.limit_of(this_thread.group);
  return here < most ? here : most;
}

PARALLEL_TASK_FUNCTION std::uintptr_t key_of_this_thread() noexcept {
  return this_thread.thread != 0 ? std::uintptr_t{this_thread.thread} : reinterpret_cast<std::uintptr_t>(&this_thread);
}

/// A group of which the calling thread is the first.
class Limit {
 public:
  explicit Limit(std::uint32_t n) : before_(this_thread.group) {
    if (n == 0) throw_invalid_argument("parallel_task::thread_limit: 0 threads can compute nothing");
    detail::prepare();  // a child of fork gives the places of others' guards back
    group_ = thread_manager.thread_groups.take(n, before_);
    if (group_ == ThreadGroups::none) {
      throw_length_error("parallel_task::thread_limit: more than 256 guards at once");
    }
    this_thread.group = group_;
  }
  Limit(Limit const&) = delete;
  Limit& operator=(Limit const&) = delete;
  ~Limit() {
    this_thread.group = before_;
    thread_manager.thread_groups.give_back(group_);
  }

 private:
  std::uint32_t before_;
  std::uint32_t group_ = 0;
  OutsideJoins outside_;  // a tree of joins around it is bounded by other guards
};

PARALLEL_TASK_FUNCTION void begin_limit(LimitRoom& room, std::uint32_t n) {
  static_assert(sizeof(Limit) <= LimitRoom::size && alignof(Limit) <= alignof(LimitRoom));
  ::new (static_cast<void*>(room.bytes)) Limit(n);
}
PARALLEL_TASK_FUNCTION void end_limit(LimitRoom& room) noexcept {
  std::launder(reinterpret_cast<Limit*>(room.bytes))->~Limit();
}

#endif

struct SetOptions {
  void operator()(Options const& options) const { detail::change_options(options); }
};
struct Shutdown {
  void operator()() const { detail::end_all_threads(); }
};
struct CurrentWorker {
  [[nodiscard]] std::uint32_t operator()() const noexcept { return detail::number_of_this_thread(); }
};
struct MaxThreads {
  [[nodiscard]] std::uint32_t operator()() const noexcept { return detail::most_threads_here(); }
};

}  // namespace detail

/// `set_options(options)`: sets the pt::Options of the thread pool, which all calls of the process share. Best called
/// before the first parallel call: a call that runs at the same time may see some of the new options, and threads that
/// exist keep their name and stack. Thread-safe.
///
///     pt::Options options;
///     options.threads = 2;
///     pt::set_options(options);
///
/// Throws `std::invalid_argument` if `hot_time` is negative, or if `thread_name_prefix` is null or has more than 11
/// characters.
inline constexpr detail::SetOptions set_options{};
/// `shutdown()`: ends all threads of the pool and returns when they are gone. A later parallel call starts new ones.
/// Waits for the items that they are running; calls of other threads are then finished by those threads alone.
/// Thread-safe.
///
/// Throws `std::logic_error` if it is called by a thread of the pool, or by an item of a call that has been offered to
/// other threads, since it would wait for itself. (An item that runs before its call has been offered may call it.)
inline constexpr detail::Shutdown shutdown{};
/// `current_worker()`: the number of the calling thread, a `std::uint32_t`: 0 on a thread of the user's, 1, 2, ... on
/// those of the pool. Numbers of threads that have ended are used again. Takes constant time.
inline constexpr detail::CurrentWorker current_worker{};
/// `max_threads()`: how many threads can compute a call that is made here, the caller included, a `std::uint32_t`: as
/// the options and the pt::thread_limit around it allow. Takes constant time. Thread-safe.
inline constexpr detail::MaxThreads max_threads{};

/// A guard: while it lives, all parallel calls that its thread makes use at most `n` threads together. Calls that are
/// made by the items of these calls count as well, on whatever thread they run. Of nested guards the tightest holds.
///
///     pt::thread_limit const two(2);
///     pt::parallel_iter(jobs).for_each(work);  // at most two threads, whatever work calls
///
/// It is destroyed by the thread that made it, in reverse order. The name is in lower case, as those of the standard
/// library's guards are.
class [[nodiscard]] thread_limit {
 public:
  /// Throws `std::invalid_argument` if `n` is 0, and `std::length_error` if 256 guards are alive.
  explicit thread_limit(std::uint32_t n) { detail::begin_limit(room_, n); }
  thread_limit(thread_limit const&) = delete;
  thread_limit& operator=(thread_limit const&) = delete;
  ~thread_limit() { detail::end_limit(room_); }

 private:
  detail::LimitRoom room_;
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
