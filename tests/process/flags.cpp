// A part of a program whose files are compiled with different flags: FLAGS_FILE is the name of this one. flags.sh links
// several, and looks at what the linker has made of them. All of them compute the same, with the same types, so
// that any function which had one name for two flags would be kept once only.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include "flags.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace {

std::uint64_t fingerprint_of(flags::Work const& work) {
  std::vector<double> const halves = pt::parallel_iter(work.numbers).map(flags::half).collect<std::vector>();
  auto const sum = static_cast<std::uint64_t>(pt::parallel_iter(halves).sum());
  auto const odd = static_cast<std::uint64_t>(pt::parallel_iter(halves).filter(flags::is_odd).count());
  return sum * 31 + odd;
}

/// One after the other, each shared, and nested.
std::uint64_t compute(flags::Work const& work) {
  pt::thread_limit const limit(4);
  std::vector<std::uint64_t> const rows = pt::indices(std::size_t{0}, std::size_t{8})
                                              .max_len(1)
                                              .map([&](std::size_t) { return fingerprint_of(work); })
                                              .collect<std::vector>();
  return pt::parallel_iter(rows).reduce(std::uint64_t{0}, std::plus<>{});
}

pt::buffer<double> fill(std::size_t count) {
  return pt::indices(std::size_t{0}, count).map(flags::to_double).collect<pt::buffer>();
}

pt::RunReport report(flags::Work const& work) {
  pt::RunReport seen;
  pt::parallel_iter(work.numbers).report(seen).for_each(flags::ignore);
  return seen;
}

void be_stopped(flags::Work const& work) {
  pt::parallel_iter(work.numbers).deadline(std::chrono::steady_clock::time_point{}).for_each(flags::ignore);
}

}  // namespace

extern flags::File const FLAGS_FILE;
flags::File const FLAGS_FILE{
    &compute,
    &fill,
    &report,
    &be_stopped,
    &parallel_task::detail::thread_manager,
    &parallel_task::detail::tables,
    [] { return static_cast<void const*>(&parallel_task::detail::this_thread); },
    [] { return static_cast<unsigned>(parallel_task::detail::thread_manager.starter.made.load()); }};
