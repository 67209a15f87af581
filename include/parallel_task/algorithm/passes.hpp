// What an algorithm runs on: passes over positions, each shared as every call is, all with the settings of one call.
#pragma once

#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/whole_report.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/terminal/for_each.hpp>
#include <parallel_task/worker/process.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A source whose item is a stretch of positions, as long as a worker runs at once.
struct Stretches {
  using Item = Block;
  using Value = Block;
  using State = Stateless;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  std::size_t size;

  void start() const noexcept {}
  [[nodiscard]] Known known() const noexcept { return {size, true}; }
  [[nodiscard]] std::size_t total() const noexcept { return size; }
  [[nodiscard]] State open() const noexcept { return {}; }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State&, Block block, K& k) const {
    return k(static_cast<Block&&>(block));
  }
  template <class K>
  bool close(State&, K&) const noexcept {
    return true;
  }
};

/// What is moved or assigned from `I` to `O`: an item of a type that is not trivially copyable, unless both refer to
/// memory and no code of the user's runs.
template <class I, class O>
struct PlainItem {
  struct type {
    ~type() {}  // NOLINT: not trivial
  };
};
template <std::contiguous_iterator I, std::contiguous_iterator O>
  requires(std::is_same_v<std::iter_value_t<I>, std::iter_value_t<O>> ||
           (std::is_arithmetic_v<std::iter_value_t<I>> && std::is_arithmetic_v<std::iter_value_t<O>>))
struct PlainItem<I, O> {
  using type = std::iter_value_t<O>;
};
template <class I, class O>
using plain_item = typename PlainItem<I, O>::type;

/// A value as a loop wants it: small ones as a copy, of which a compiler knows that no item is it.
template <class T>
using loop_value = std::conditional_t<std::is_trivially_copyable_v<T> && sizeof(T) <= 2 * sizeof(void*), T, T const&>;

/// Calls f(at...) for `n` items of ranges side by side. Pointers are counted together, or a round of four items would
/// add to each of them four times.
template <class F, class... I>
PARALLEL_TASK_ALWAYS_INLINE inline void each_of(std::size_t n, F const& f, I... at) {
  if constexpr ((std::contiguous_iterator<I> && ...)) {
    auto const loop = [n, &f](auto*... items) {
      PARALLEL_TASK_BY_FOURS
      for (std::size_t i = 0; i != n; ++i) f(items + i...);
    };
    loop(std::to_address(at)...);
  } else {
    for (; n != 0; --n) {
      f(at...);
      (static_cast<void>(++at), ...);
    }
  }
}

/// The passes of one call of an algorithm. `Settings` are read once, so a deadline counts from the call.
class Passes {
 public:
  template <class H>
  explicit Passes(Context<H> const& context, std::size_t items)
      : settings_(context.settings.for_run()),
        report_(settings_.observation != nullptr ? settings_.observation->report : nullptr, items) {}
  /// Those of a call inside of an item of another's passes: with the same limits, and told to nobody.
  Passes(Passes const& outer, std::size_t items) : settings_(outer.settings_), report_(nullptr, items) {
    settings_.observation = settings_.carried != nullptr ? &settings_.carried->observation : nullptr;
  }

  /// Calls f(i) for each i below `n`, in no order, on all threads that it pays to have. `per_position` is how many of
  /// the range's items one of them stands for, in the report. Throws the first exception in time, and `cancelled` if
  /// the settings stop it: some positions have not run then.
  template <class F>
  void each(std::size_t n, F const& f, std::size_t per_position = 1) {
    run(n, f, settings_, per_position);
  }
  /// The same in order, and on the calling thread alone.
  template <class F>
  void one_by_one(std::size_t n, F const& f, std::size_t per_position = 1) {
    Settings settings = settings_;
    settings.max_threads = 1;
    run(n, f, settings, per_position);
  }
  /// The same, but only what `f` throws ends it, neither stop nor deadline, nor a callback for progress, which is not
  /// called: for what would leave items nowhere. For want of memory the report may lack a row.
  template <class F>
  void each_to_the_end(std::size_t n, F const& f, std::size_t per_position = 1) {
    Settings settings = settings_;
    settings.stop_requested = nullptr;
    settings.deadline = 0;
    if (settings.observation == nullptr) return run(n, f, settings, per_position);
    Observation observation = *settings.observation;
    observation.tell = nullptr;
    settings.observation = &observation;
    atomic<bool> threw{false};
    guarded(
        [&] {
          auto const noting = [&](std::size_t i) {
            NotesThrowing const note(threw);
            static_cast<void>(f(i));
            note.pass();
          };
          run(n, noting, settings, per_position);
        },
        [&](std::exception_ptr error) {
          if (threw.load(detail::memory_order_relaxed)) detail::rethrow(std::move(error));
        });
  }
  /// Calls f(first, last) for stretches of the positions below `n`, as long as a worker runs at once, in no order: for
  /// loops that a compiler does better with two bounds. Where they begin depends on the run.
  template <class F>
  void stretches(std::size_t n, F const& f, std::size_t per_position = 1) {
    auto const call = [&f](Block block) { f(block.first, block.last); };
    Stretches positions{n};
    run_source(positions, call, settings_, per_position);
  }
  /// The same for items of type T that are only moved or assigned: where that runs no code of the user's, a short range
  /// is one stretch, and nothing but `f` runs.
  template <class T, class F>
  void stretches_of(std::size_t n, F const& f, std::size_t per_position = 1) {
    if (is_short<T>(n)) {
      alone([&] {
        if (n != 0) f(std::size_t{0}, n);
      });
    } else {
      stretches(n, f, per_position);
    }
  }
  /// Whether `n` items are moved before it would pay to share that, and without any code of the user's.
  template <class T>
  [[nodiscard]] static constexpr bool is_short(std::size_t n) noexcept {
    return std::is_trivially_copyable_v<T> && n <= least_shared_bytes / sizeof(T);
  }
  /// Runs the terminal `end` over stretches of the positions below `n`: one that gathers something.
  template <class T>
  auto gather(std::size_t n, T end) {
    Stretches positions{n};
    return run_to(positions, end, settings_, 1);
  }
  /// Calls f(first, last) for consecutive blocks of at most `size` of the positions below `n`, in no order.
  template <class F>
  void blocks(std::size_t n, std::size_t size, F const& f) {
    each(Passes::blocks_of(n, size), in_blocks(n, size, f), size);
  }
  template <class F>
  void blocks_to_the_end(std::size_t n, std::size_t size, F const& f) {
    each_to_the_end(Passes::blocks_of(n, size), in_blocks(n, size, f), size);
  }
  /// Calls f() on this thread, and nobody else: for inputs that are too short to be shared.
  template <class F>
  void alone(F const& f) {
    if (settings_.observation == nullptr && settings_.stop_requested == nullptr && settings_.deadline == 0) {
      f();  // the sequential algorithm, and nothing else
    } else {
      if (report_.items() == 0) f();  // nothing to stop or to count, but it may have an answer
      // One position that stands for all items.
      run(
          report_.items() != 0 ? 1 : 0, [&f](std::size_t) { f(); }, settings_, report_.items());
      report_.stayed_alone();
    }
  }

  [[nodiscard]] static constexpr std::size_t blocks_of(std::size_t n, std::size_t size) noexcept {
    return n / size + (n % size != 0);
  }
  /// Most threads that a pass may have; 1 where nothing can be shared.
  [[nodiscard]] std::size_t most_threads() const noexcept {
    std::size_t const most = detail::most_computing();
    return settings_.max_threads != 0 && settings_.max_threads < most ? settings_.max_threads : most;
  }
  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }

 private:
  static constexpr std::size_t least_shared_bytes = 131072;  // copied in 3 us, filled in 1 us

  template <class F>
  static auto in_blocks(std::size_t n, std::size_t size, F const& f) {
    return [n, size, &f](std::size_t block) {
      std::size_t const first = block * size;
      f(first, n - first < size ? n : first + size);
    };
  }
  /// Tells an exception of a position's from one of the report's.
  class NotesThrowing {
   public:
    explicit NotesThrowing(atomic<bool>& threw) noexcept : threw_(threw) {}
    NotesThrowing(NotesThrowing const&) = delete;
    NotesThrowing& operator=(NotesThrowing const&) = delete;
    ~NotesThrowing() {
      if (!passed_) threw_.store(true, detail::memory_order_relaxed);  // read when all have left
    }
    void pass() const noexcept { passed_ = true; }

   private:
    atomic<bool>& threw_;
    mutable bool passed_ = false;
  };
  template <class F>
  void run(std::size_t n, F const& f, Settings const& settings, std::size_t per_position) {
    auto const call = [&f](std::size_t i) { static_cast<void>(f(i)); };
    Indices<std::size_t> positions(std::size_t{0}, n);
    run_source(positions, call, settings, per_position);
  }
  template <class S, class Call>
  void run_source(S& positions, Call const& call, Settings const& settings, std::size_t per_position) {
    ForEach<Call> end{call};
    run_to(positions, end, settings, per_position);
  }
  template <class S, class T>
  auto run_to(S& positions, T& end, Settings const& settings, std::size_t per_position) {
    if (!report_.is_wanted()) return detail::run_terminal(positions, end, settings);
    WholeReport::Pass const pass(report_, per_position);
    return detail::run_terminal(positions, end, settings);
  }

  Settings settings_;
  WholeReport report_;
};

/// Runs what is not shared: f() on the calling thread, with settings that ask for a report or a stop. `range` has the
/// items that the report counts, if it has a size.
template <class H, class R, class F>
void alone_over(Context<H> const& context, [[maybe_unused]] R& range, F const& f) {
  std::size_t items = 1;
  if constexpr (std::ranges::sized_range<R>) items = static_cast<std::size_t>(std::ranges::size(range));
  Passes(context, items).alone(f);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
