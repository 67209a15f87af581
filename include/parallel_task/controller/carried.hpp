// with_context: what the calling thread has for itself, such as a trace span or a log id, and whoever helps is to have
// while it works in the call.
//
// Only calls that are told so know of it: they are observed calls, whose workers begin in `work_carried`. What was
// captured lies in the frame of the call's run, written by the caller before it opens the call: opening (release) ->
// joining (acquire), see call_slot.hpp. It ends after the close, when nobody is inside.
#pragma once

#include <parallel_task/controller/observed_calls.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/code.hpp>
#if defined(PARALLEL_TASK_ENGINE)
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/exceptions.hpp>
#endif

#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_ENGINE)

template <bool observed>
void work_observed(OpenCall& call, std::uint32_t member) {
  Worker<observed>::work(call, member);
}
/// The calling thread is in its context already. What `enter` throws ends the call, as if the first item had thrown it.
template <bool observed>
void work_carried(OpenCall& self, std::uint32_t member) {
  if (member == 0) return Worker<observed>::work(self, member);
  Call& call = static_cast<Call&>(self);
  guarded([&] { call.observer->carried->work(*call.observer->carried, self, member); },
          [&](std::exception_ptr error) {
            call.ending.note_error(call.members->all[member], Block{0, 1}, std::move(error), Cut::everything);
          });
}

#endif

template <class Capture, class Enter>
struct ContextOf : Carried {
  using Captured = std::invoke_result_t<Capture const&>;
  Capture capture;
  Enter enter;

  ContextOf(Capture how_captured, Enter how_entered)
      : Carried{&ContextOf::run_in, {&detail::run_observed<true>, nullptr, nullptr, nullptr, 0, 0, 0}},
        capture(std::move(how_captured)),
        enter(std::move(how_entered)) {}

 private:
  struct OfCall : CarriedCall {
    ContextOf const& context;
    std::optional<Captured> captured{};

    explicit OfCall(ContextOf const& whose)
        : CarriedCall{&OfCall::take, &OfCall::work_in, &detail::work_carried<true>}, context(whose) {}
    static void take(CarriedCall& self) {
      OfCall& of_call = static_cast<OfCall&>(self);
      of_call.captured.emplace(of_call.context.capture());
    }
    static void work_in(CarriedCall& self, OpenCall& call, std::uint32_t member) {
      OfCall const& of_call = static_cast<OfCall const&>(self);
      if constexpr (std::is_void_v<std::invoke_result_t<Enter const&, Captured const&>>) {
        of_call.context.enter(*of_call.captured);
        detail::work_observed<true>(call, member);
      } else {
        [[maybe_unused]] auto const entered = of_call.context.enter(*of_call.captured);
        detail::work_observed<true>(call, member);
      }
    }
  };
  static void run_in(Carried const& self, WorkerController& controller, Job const& job, void* home, Memo& memo) {
    OfCall of_call(static_cast<ContextOf const&>(self));
    detail::run_carried<true>(controller, job, home, memo, of_call);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
