// Settings of other types, and a container that can't hold the items.
#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <source_location>
#include <string>
#include <valarray>
#include <vector>

// expect: this container can't hold these items
namespace collect_of_other_items {
void wrong() {
  std::vector<std::string> v{"a"};
  auto r = pt::parallel_iter(v).collect<std::vector<int>>();
}
}  // namespace collect_of_other_items

// expect: takes a std::chrono::steady_clock::time_point
namespace deadline_of_the_wall_clock {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).deadline(std::chrono::system_clock::now()).sum();
}
}  // namespace deadline_of_the_wall_clock

// expect: on(w) takes a world
namespace on_a_number {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).on(4).sum();
}
}  // namespace on_a_number

// expect: async() is in a header of its own: include <parallel_task/async.hpp>
namespace async_without_its_header {
void wrong() { auto r = pt::indices(3).async().sum(); }
}  // namespace async_without_its_header

// expect: can't change the items of a range
namespace on_ranks_that_change {
struct Somewhere {
  static constexpr bool at_root_alone = false;
  template <class S, class T>
  void run(S&, T&, pt::Settings const&) const {}
  friend Somewhere place_of(Somewhere here, std::source_location const&) { return here; }
};
void wrong() {
  std::vector<int> v{1};
  pt::parallel_iter(v).on(Somewhere()).for_each([](int& x) { x = 1; });
}
}  // namespace on_ranks_that_change

// expect: the strategy must be noexcept
namespace strategy_that_may_throw {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).steal_from([](pt::QueueLoad const& load) { return double(load.items); }).sum();
}
}  // namespace strategy_that_may_throw

// expect: with_context(capture, enter) calls capture() once
namespace context_that_is_entered_with_another {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).with_context([] { return 1; }, [](std::vector<int> const&) {}).sum();
}
}  // namespace context_that_is_entered_with_another

// expect: threads(n) takes a whole number
namespace threads_of_a_text {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).threads("4").map([](int x) { return x; }).sum();
}
}  // namespace threads_of_a_text

// expect: takes anything with a const stop_requested()
namespace token_without_stop_requested {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).stop_token(0).sum();
}
}  // namespace token_without_stop_requested

// expect: this container can't hold these items
namespace append_to_a_valarray {
void wrong() {
  std::vector<double> const v{1, 2, 3};
  std::valarray<double> sums(1.0, 3);
  pt::parallel_iter(v).append_to(sums);
}
}  // namespace append_to_a_valarray

// expect: min_len(n) takes a whole number
namespace min_len_of_a_text {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).min_len("5").map([](int x) { return x; }).sum();
}
}  // namespace min_len_of_a_text

// expect: max_len(n) takes a whole number
namespace max_len_of_a_text {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).max_len("4").map([](int x) { return x; }).sum();
}
}  // namespace max_len_of_a_text

// expect: steal_from(strategy) takes a PrioritizeThread
namespace strategy_of_another_kind {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).steal_from([](int load) noexcept { return load; }).sum();
}
}  // namespace strategy_of_another_kind

// expect: report(r) takes a pt::RunReport variable
namespace report_into_a_trace {
void wrong() {
  std::vector<int> v{1};
  pt::Trace trace;
  auto r = pt::parallel_iter(v).report(trace).sum();
}
}  // namespace report_into_a_trace

// expect: trace(t) takes a pt::Trace variable
namespace trace_into_a_report {
void wrong() {
  std::vector<int> v{1};
  pt::RunReport report;
  auto r = pt::parallel_iter(v).trace(report).sum();
}
}  // namespace trace_into_a_report

// expect: the callback of progress(f) is called with a pt::Progress const&
namespace progress_to_a_number {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).progress([](int percent) { (void)percent; }).sum();
}
}  // namespace progress_to_a_number

// expect: progress(f, interval) takes a std::chrono duration
namespace progress_each_number {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).progress([](pt::Progress const&) {}, 100).sum();
}
}  // namespace progress_each_number
