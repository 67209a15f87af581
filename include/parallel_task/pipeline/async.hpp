// async: a pipeline's terminal runs in the background, and what it returns at once is a handle to the result.
#pragma once

#include <parallel_task/controller/async_run.hpp>
#include <parallel_task/pipeline/pipeline.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/structure/task_result.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#if defined(__cpp_impl_coroutine)
#include <coroutine>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct AsyncPlace;

/// A run with the room for its result.
template <class R>
struct AsyncRunOf : AsyncRun {
  using AsyncRun::AsyncRun;
  TaskResult<R> result;
};

/// The settings `H` of a run, and that its handle may stop it.
template <class H>
struct SettingsOfAsync {
  static constexpr bool deterministic = H::deterministic;
  H settings;
  AsyncRun const* run = nullptr;
  Settings own{};  ///< what the user's said of stopping

  explicit SettingsOfAsync(H told) : settings(std::move(told)) {
    // So long after the terminal was called, which is now.
    if (settings.deadline.kind == Deadline::Kind::after) {
      settings.deadline = {settings.deadline.resolve(), Deadline::Kind::at};
    }
  }
  [[nodiscard]] Settings for_run() {
    own = settings.for_run();
    Settings told = own;
    told.stop_requested = &SettingsOfAsync::asks;
    told.stop_token = this;
    std::uint32_t const most = run->most_threads();
    if (most != ~std::uint32_t{0} && (told.max_threads == 0 || told.max_threads > most)) told.max_threads = most;
    return told;
  }
  static bool asks(void const* self) {
    auto const& told = *static_cast<SettingsOfAsync const*>(self);
    return told.run->stop_requested() ||
           (told.own.stop_requested != nullptr && told.own.stop_requested(told.own.stop_token));
  }
};
/// The same by address, as the settings of a pipeline that is made where it runs.
template <class H>
struct SettingsInRun {
  static constexpr bool deterministic = H::deterministic;
  SettingsOfAsync<H>* of;
  [[nodiscard]] Settings for_run() const { return of->for_run(); }
};

/// What the terminal `Step` gives at the end of a pipeline of `S`.
template <class S, class H, class Step>
using AsyncResultOf =
    decltype(detail::apply<typename S::Item>(std::declval<Step>(), std::declval<Pipeline<S, SettingsInRun<H>>&>()));

/// A run with all that it works on, which ends with the run.
template <class S, class H, class Step>
struct AsyncCall : AsyncRunOf<AsyncResultOf<S, H, Step>> {
  using R = AsyncResultOf<S, H, Step>;
  struct Parts {
    S source;
    SettingsOfAsync<H> settings;
    Step step;
  };
  std::optional<Parts> parts;

  AsyncCall(S&& source, H&& settings, Step&& step)
      : AsyncRunOf<R>(&AsyncCall::act_on),
        parts(Parts{std::move(source), SettingsOfAsync<H>(std::move(settings)), std::move(step)}) {
    parts->settings.run = this;
  }
  static void act_on(AsyncRun& self, AsyncRun::Do what) {
    auto& call = static_cast<AsyncCall&>(self);
    if (what == AsyncRun::Do::destroy) {
      delete &call;
      return;
    }
    struct AtEnd {
      std::optional<Parts>& parts;
      ~AtEnd() { parts.reset(); }
    } const at_end{call.parts};
    Parts& parts = *call.parts;
    call.result.put([&]() -> R {
      auto pipeline = detail::as_pipeline(std::move(parts.source), SettingsInRun<H>{&parts.settings});
      return detail::apply<typename S::Item>(std::move(parts.step), pipeline);
    });
  }
};

}  // namespace detail

/// A call that runs in the background: what a terminal behind `.async()` returns. Destroying it waits for the call.
///
///     pt::Async<std::int64_t> total = pt::into_parallel_iter(std::move(numbers)).map(square).async().sum();
///     draw();  // meanwhile
///     std::int64_t const sum = total.get();
///
/// The call is made by a thread of the pool as soon as one can be had: as a rule at once. If none has begun it, the
/// thread that waits for it makes it itself. So it is safe to wait inside an item of another call, and nothing is lost
/// where the system has no thread to give.
///
/// A handle belongs to one thread at a time; but others may call `request_stop` while that one is in `wait`. It can be
/// moved. An empty one (moved from, or made without arguments) has no result; functions but `get` ignore that.
template <class R>
class [[nodiscard("parallel_task: a handle that is dropped waits for its call")]] Async {
 public:
  Async() noexcept = default;
  Async(Async&& other) noexcept : run_(std::exchange(other.run_, nullptr)) {}
  /// Waits for the call that it had before.
  Async& operator=(Async&& other) noexcept {
    Async before(std::exchange(run_, std::exchange(other.run_, nullptr)));
    return *this;
  }
  ~Async() {
    if (run_ == nullptr) return;
    run_->wait();
    run_->let_go();
  }

  /// Whether it has a call whose result was not taken yet.
  [[nodiscard]] bool valid() const noexcept { return run_ != nullptr; }
  /// Whether the call has ended, so that `get` does not wait. Never waits itself.
  [[nodiscard]] bool is_done() const noexcept { return run_ == nullptr || run_->is_done(); }
  /// Waits until the call has ended. Throws nothing that the call has thrown.
  void wait() const {
    if (run_ != nullptr) run_->wait();
  }
  /// Has the call end as if a stop token had asked for it: `get` throws pt::cancelled, or the terminal's `try_` form
  /// returns what it returns then. A call that has come to its end all the same gives its result.
  void request_stop() const noexcept {
    if (run_ != nullptr) run_->request_stop();
  }
  /// Waits, and returns the result or throws what the call has thrown. Once: the handle is empty then.
  ///
  /// Throws pt::cancelled if the call was stopped; in a child of fork, with StopReason::forked, if it was under way
  /// when the process forked. Throws `std::logic_error` if the handle is empty.
  R get() {
    if (run_ == nullptr) detail::throw_logic_error("parallel_task::Async::get: the handle is empty");
    Async const taken(std::exchange(run_, nullptr));
    taken.run_->wait();
    return taken.result();
  }

#if defined(__cpp_impl_coroutine)
  /// What `co_await` needs. The coroutine goes on with the result on the thread that has made the call, one of the
  /// pool's as a rule, as soon as it is there; at once, on its own, if it is there already. Otherwise as `get`.
  auto operator co_await() {
    struct Awaiter {
      Async call;
      [[nodiscard]] bool await_ready() const noexcept { return call.is_done(); }
      [[nodiscard]] bool await_suspend(std::coroutine_handle<> waits) const {
        return call.run_->call_when_done([](void* at) { std::coroutine_handle<>::from_address(at).resume(); },
                                         waits.address());
      }
      R await_resume() { return call.get(); }
    };
    return Awaiter{std::move(*this)};
  }
#endif

 private:
  friend struct detail::AsyncPlace;
  explicit Async(detail::AsyncRunOf<R>* run) noexcept : run_(run) {}

  [[nodiscard]] R result() const {
    run_->throw_error_of_it();
    if constexpr (!std::is_void_v<R>) return static_cast<R>(run_->result.take());
  }

  detail::AsyncRunOf<R>* run_ = nullptr;
};

namespace detail {

/// The place of a pipeline that runs in the background: see pipeline/on.hpp.
struct AsyncPlace {
  static constexpr bool is_async = true;
  /// Begins the run.
  template <class S, class H, class Step>
  static auto begin(S& source, H settings, Step& step) {
    auto* const run = new AsyncCall<S, H, Step>(std::move(source), std::move(settings), std::move(step));
    Async<typename AsyncCall<S, H, Step>::R> handle(run);
    run->launch();
    return handle;
  }
};

inline AsyncPlace place_of(AsyncRequest) noexcept { return {}; }

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
