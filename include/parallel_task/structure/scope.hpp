// scope: tasks that spawn tasks, all of which have ended when it returns.
#pragma once

#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/join_memo.hpp>
#include <parallel_task/structure/scope_call.hpp>
#include <parallel_task/structure/task_result.hpp>
#include <parallel_task/structure/told.hpp>

#include <concepts>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct RunScope;

/// A closure that waits in a scope.
template <class F>
struct ScopeClosure : ScopeTask {
  explicit ScopeClosure(F&& closure) : call(static_cast<F&&>(closure)) {}
  static void act_on(ScopeTask& self, Do what) {
    struct Ended {
      std::remove_cvref_t<F>& closure;
      ~Ended() {
        using Closure = std::remove_cvref_t<F>;
        closure.~Closure();
      }
    } const ended{static_cast<ScopeClosure&>(self).call};
    if (what == Do::run) static_cast<void>(ended.closure());
  }

  union {
    std::remove_cvref_t<F> call;
  };
};

}  // namespace detail

/// What the closure of pt::scope gets: the tasks of that scope.
class Scope {
 public:
  Scope(Scope const&) = delete;
  Scope& operator=(Scope const&) = delete;

  /// Adds a task: `f`, which is moved or copied into it, and called once, without arguments, by this or another thread
  /// of the scope, not before this one has turned to another task; what it returns is dropped. May be called by the
  /// scope's closure, by its tasks, and by whatever these have begun and wait for, on any thread.
  ///
  /// Takes some ten nanoseconds for closures of up to 24 bytes, others are on the heap. Throws what the move of `f` or
  /// the allocation throws; then there is no task.
  template <class F>
  void spawn(F&& f) {
    using Closure = std::remove_cvref_t<F>;
    static_assert(std::is_invocable_v<Closure&>,
                  "parallel_task: spawn takes a closure that is called without arguments; capture what it needs, the "
                  "scope by reference");
    static_assert(
        std::is_constructible_v<Closure, F>,
        "parallel_task: spawn moves or copies the closure into a task; pass an rvalue of one that can only be "
        "moved: s.spawn(std::move(f))");
    using Task = detail::ScopeClosure<F>;
    detail::ScopeMember* const member = call_.member_here();
    if (member == nullptr) {
      call_.add_stray(*make_large<Task>(static_cast<F&&>(f)));
      return;
    }
    if constexpr (sizeof(Task) <= detail::ScopeCells::size && alignof(Task) <= detail::ScopeCells::alignment) {
      struct Cell {
        detail::ScopeMember& member;
        void* memory;
        PARALLEL_TASK_ALWAYS_INLINE ~Cell() {
          if (memory != nullptr) member.cells.give(memory);
        }
      } cell{*member, member->cells.take()};
      auto* const task = ::new (cell.memory) Task(static_cast<F&&>(f));
      cell.memory = nullptr;
      task->act = &Task::act_on;
      member->push(*task);
    } else {
      member->push(*make_large<Task>(static_cast<F&&>(f)));
    }
    call_.after_step(*member);
  }

 private:
  friend struct detail::RunScope;
  explicit Scope(detail::ScopeCall& call) noexcept : call_(call) {}

  template <class Task, class F>
  static Task* make_large(F&& f) {
    constexpr std::size_t alignment =
        alignof(Task) < __STDCPP_DEFAULT_NEW_ALIGNMENT__ ? __STDCPP_DEFAULT_NEW_ALIGNMENT__ : alignof(Task);
    struct Memory {
      void* memory;
      ~Memory() {
        if (memory != nullptr) ::operator delete(memory, std::align_val_t{alignment});
      }
    } memory{::operator new(sizeof(Task), std::align_val_t{alignment})};
    auto* const task = ::new (memory.memory) Task(static_cast<F&&>(f));
    memory.memory = nullptr;
    task->act = &Task::act_on;
    task->alignment = static_cast<std::uint32_t>(alignment);
    return task;
  }

  detail::ScopeCall& call_;
};

namespace detail {

template <class F>
inline constinit JoinMemo scope_memo{};

/// What a scope's closure returns; of what is none, nothing.
template <class F>
struct ScopeResult {
  using type = void;
};
template <std::invocable<Scope&> F>
struct ScopeResult<F> {
  using type = std::invoke_result_t<F, Scope&>;
};

struct RunScope {
  template <class F>
  decltype(auto) operator()(F&& f) const {
    return run(static_cast<F&&>(f), Settings{});
  }
  template <class H, class F>
  typename ScopeResult<F>::type operator()(Context<H> const& context, F&& f) const {
    return run(static_cast<F&&>(f), detail::settings_of_tasks(context.settings));
  }

 private:
  template <class F>
  static typename ScopeResult<F>::type run(F&& f, Settings const& told) {
    static_assert(
        std::is_invocable_v<F, Scope&>,
        "parallel_task: scope takes a closure that is called with the scope: [](pt::Scope& s) { s.spawn(...); }");
    using Result = std::invoke_result_t<F, Scope&>;
    TaskResult<Result> result;
    {
      ScopeCall call(scope_memo<F>, told);
      Scope scope(call);
      guarded([&] { result.put([&]() -> Result { return static_cast<F&&>(f)(scope); }); },
              [&](std::exception_ptr error) { call.note_error(std::move(error)); });
      call.finish();
    }
    if constexpr (!std::is_void_v<Result>) return static_cast<Result>(result.take());
  }
};

}  // namespace detail

/// `scope(f)`: calls `f(s)` with a pt::Scope, and returns what that returns when all tasks that were spawned by
/// `s.spawn(g)`, by `f` or by tasks, have ended.
///
///     std::atomic<int> leaves = 0;
///     pt::scope([&](pt::Scope& s) {
///       auto const visit = [&s, &leaves](auto const& self, int depth) -> void {
///         if (depth == 0) return void(++leaves);
///         for (int i = 0; i != 2; ++i) s.spawn([self, depth] { self(self, depth - 1); });
///       };
///       visit(visit, 10);
///     });  // 1024
///
/// `scope(with(settings...), f)` takes `threads(n)`, `stop_token(t)`, `deadline(t)` and `report(r)`. A scope that is
/// stopped runs no more tasks, but destroys those that wait, and throws pt::cancelled. The report's items are tasks.
///
/// Tasks run in no order, one after the other on each thread, never on top of each other: a chain of spawns may be of
/// any length. What they refer to outlives them if it is older than the scope. All tasks run even if one throws, or `f`
/// does; the first exception in time is rethrown in the end. A result by reference is returned as one.
///
/// The calling thread runs the tasks when `f` has returned; idle threads of the pool take some as soon as that pays, by
/// the clock and by what the scope at this place has taken before, within pt::thread_limit and the options. Scopes
/// nest, and may be used inside of all other calls, and those in tasks. Thread-safe.
inline constexpr detail::RunScope scope{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
