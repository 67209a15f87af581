// What an algorithm runs on: passes over positions, each shared as every call is, all with the settings of one call.
#pragma once

#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/whole_report.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/terminal/for_each.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <cstddef>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The passes of one call of an algorithm. `Settings` are read once, so a deadline counts from the call.
class Passes {
 public:
  template <class H>
  explicit Passes(Context<H> const& context, std::size_t items)
      : settings_(context.settings.for_run()),
        report_(settings_.observation != nullptr ? settings_.observation->report : nullptr, items) {}
  /// Those of a call inside of an item of another's passes: with the same limits, and told to nobody.
  Passes(Passes const& outer, std::size_t items) : settings_(outer.settings_), report_(nullptr, items) {
    settings_.observation = nullptr;
  }

  /// Calls f(i) for each i below `n`, in no order, on all threads that it pays to have. `per_position` is how many of
  /// the range's items one of them stands for, in the report. Throws the first exception in time, and `cancelled` if
  /// the settings stop it: some positions have not run then.
  template <class F>
  void each(std::size_t n, F const& f, std::size_t per_position = 1) {
    run(n, f, settings_, per_position);
  }
  /// The same, but neither stop nor deadline ends it: for what would leave items nowhere.
  template <class F>
  void each_to_the_end(std::size_t n, F const& f, std::size_t per_position = 1) {
    Settings settings = settings_;
    settings.stop_requested = nullptr;
    settings.deadline = 0;
    run(n, f, settings, per_position);
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
      run(
          1, [&f](std::size_t) { f(); }, settings_, report_.items());
      report_.stayed_alone();
    }
  }

  [[nodiscard]] static constexpr std::size_t blocks_of(std::size_t n, std::size_t size) noexcept {
    return n / size + (n % size != 0);
  }
  /// Most threads that a pass may have; 1 where nothing can be shared.
  [[nodiscard]] std::size_t most_threads() const noexcept {
    std::size_t const most = thread_manager.places.most_computing();
    return settings_.max_threads != 0 && settings_.max_threads < most ? settings_.max_threads : most;
  }
  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }

 private:
  template <class F>
  static auto in_blocks(std::size_t n, std::size_t size, F const& f) {
    return [n, size, &f](std::size_t block) {
      std::size_t const first = block * size;
      f(first, n - first < size ? n : first + size);
    };
  }
  template <class F>
  void run(std::size_t n, F const& f, Settings const& settings, std::size_t per_position) {
    auto const call = [&f](std::size_t i) { static_cast<void>(f(i)); };
    Indices<std::size_t> positions(std::size_t{0}, n);
    ForEach<decltype(call)> end{call};
    WholeReport::Pass const pass(report_, per_position);
    detail::run_terminal(positions, end, settings);
  }

  Settings settings_;
  WholeReport report_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
