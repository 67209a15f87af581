// join: two or more closures, each on a thread of its own where one is idle.
//
// What a join costs that nobody takes anything from is a few stores and two reads (see worker/task_state.hpp, and
// structure/join_tree.hpp for the rest). The idea that a push is a plain store, and that the oldest task is offered
// when somebody asks, is that of heartbeat scheduling (Acar and others, 2018).
#pragma once

#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/join_code.hpp>
#include <parallel_task/structure/join_memo.hpp>
#include <parallel_task/structure/task_result.hpp>
#include <parallel_task/structure/told.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <concepts>
#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class F, class G>
inline constinit JoinMemo join_memo{};

/// The second half of a join: what to call, and its result if somebody else has called it.
template <class G>
struct SecondHalf : JoinTask {
  explicit SecondHalf(G& second) noexcept : JoinTask(&SecondHalf::run_elsewhere), call(second) {}
  static void run_elsewhere(JoinTask& self) {
    auto& task = static_cast<SecondHalf&>(self);
    task.result.put(task.call);
  }

  G& call;
  TaskResult<std::invoke_result_t<G>> result;
};

/// If it was the outermost join, its tree ends with it.
struct AtEndOfTree {
  JoinState& state;
  JoinMemo* memo;
  PARALLEL_TASK_ALWAYS_INLINE ~AtEndOfTree() {
    if (memo != nullptr) [[unlikely]]
      state.code->end(state, *memo);
  }
};

/// After a push. Throws if the joins were told that they may be stopped, and were.
PARALLEL_TASK_ALWAYS_INLINE inline void look_if_due(JoinState& state) {
  // relaxed: it only asks; what is offered is published by `offer_next`.
  if (--state.countdown == 0 || state.offer->load(detail::memory_order_relaxed) == offer::wanted) [[unlikely]]
    state.code->look(state);
}

/// Calls `f` here, and `g` here or elsewhere.
template <class F, class G>
PARALLEL_TASK_ALWAYS_INLINE inline std::tuple<task_result_t<F>, task_result_t<G>> join_two(F&& f, G&& g) {
  JoinState& state = this_thread.join;
  AtEndOfTree at_end{state, nullptr};
  if (state.newest == nullptr) [[unlikely]] {
    at_end.memo = &join_memo<F, G>;
    begin_tree(state, *at_end.memo);
  }
  SecondHalf<G> task(g);
  JoinLink* const older = state.newest;
  older->newer = &task;
  state.newest = &task;
  TaskResult<std::invoke_result_t<F>> first;
#if defined(__cpp_exceptions)
  try {
    look_if_due(state);
    first.put(f);
  } catch (...) {
    // Both run, whatever the first has thrown; what the second throws then is lost. Unless it was stopped.
    if (state.code->leave(state, task, older, std::current_exception() != nullptr)) {
      guarded([&] { task.result.put(g); }, [](std::exception_ptr) {});
    }
    throw;
  }
#else
  look_if_due(state);
  first.put(f);
#endif
  if (state.offered != &task) [[likely]] {
    state.newest = older;
  } else if (!state.code->take_back(state, task, older)) {
    return {first.take(), task.result.take()};
  }
  return {first.take(), call_for_result(g)};
}

struct Join {
  template <std::invocable F>
  PARALLEL_TASK_ALWAYS_INLINE std::tuple<task_result_t<F>> operator()(F&& f) const {
    return {call_for_result(f)};
  }
  template <std::invocable F, std::invocable G>
  PARALLEL_TASK_ALWAYS_INLINE std::tuple<task_result_t<F>, task_result_t<G>> operator()(F&& f, G&& g) const {
    return detail::join_two(static_cast<F&&>(f), static_cast<G&&>(g));
  }
  template <std::invocable F, std::invocable G, std::invocable H, std::invocable... More>
  std::tuple<task_result_t<F>, task_result_t<G>, task_result_t<H>, task_result_t<More>...> operator()(
      F&& f, G&& g, H&& h, More&&... more) const {
    auto rest = [&]() { return (*this)(static_cast<G&&>(g), static_cast<H&&>(h), static_cast<More&&>(more)...); };
    auto all = detail::join_two(static_cast<F&&>(f), rest);
    return std::tuple_cat(std::tuple<task_result_t<F>>(static_cast<task_result_t<F>&&>(std::get<0>(all))),
                          std::get<1>(std::move(all)));
  }
  template <class H, std::invocable... F>
    requires(sizeof...(F) != 0)
  std::tuple<task_result_t<F>...> operator()(Context<H> const& context, F&&... closures) const {
    ToldJoins told(detail::settings_of_tasks(context.settings));
    OutsideJoins const outside;
    this_thread.join.told = &told;
    struct AtEnd {
      ToldJoins& told;
      Ticks const started = ticks();
      bool returned = false;
      ~AtEnd() {
        RunEnd const how = told.is_stopped() ? end_of_tasks(told.ending.outcome()) : RunEnd::complete;
        told.report.end(started, 1, may_not_share(told.settings), returned || told.is_stopped() ? how : RunEnd::threw);
      }
    } at_end{told};
    std::tuple<task_result_t<F>...> results = (*this)(static_cast<F&&>(closures)...);
    at_end.returned = true;
    told.ending.throw_if_cancelled();
    return results;
  }
};

}  // namespace detail

/// `join(f, g, ...)`: calls each of the closures once, those after the first on idle threads where there are any, and
/// returns when all have returned: a `std::tuple` of their results, `std::monostate` for those that return nothing.
///
///     auto const [a, b] = pt::join([&] { return sum(left); }, [&] { return sum(right); });
///
/// Closures take no argument, and are called where they are: nothing is copied or moved. They may call `join` in turn,
/// as deep as the stack is; a thread that waits for one of its closures runs meanwhile only what was made in that one,
/// so a lock that is held around a join is safe. All closures run even if one throws; then the exception of the
/// leftmost that has thrown is rethrown.
///
/// `join(with(settings...), f, g, ...)` takes `threads(n)`, `stop_token(t)`, `deadline(t)` and `report(r)`, for this
/// join and all that its closures make. Where it is stopped, joins throw pt::cancelled instead of calling their
/// closures, and so does it. In the report, a closure that another thread has taken is an item, and all that the
/// calling thread did is one; its busy time includes what it has waited.
///
/// Takes a few nanoseconds where nobody is idle. A tree of joins is its thread's own until sharing pays, by the clock
/// and by what the outermost join at this place has taken before; then it uses the threads of the pool, within
/// pt::thread_limit and the options, as every call does. Thread-safe.
inline constexpr detail::Join join{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
