// A program of files with different flags, see flags.sh: its results, its exceptions, its one pool.
#include <parallel_task/parallel_task.hpp>

#include "flags.hpp"

#include <cstdio>
#include <stdexcept>

extern flags::File const plain;
extern flags::File const no_exceptions;
extern flags::File const checked;
#if defined(FLAGS_WIDE)
extern flags::File const wide;
#endif

double flags::half(double x) { return x / 2; }
double flags::to_double(std::size_t i) { return static_cast<double>(i); }
bool flags::is_odd(double x) { return static_cast<long>(x) % 2 != 0; }
void flags::ignore(double) {}

namespace {

int failures = 0;

void expect(bool holds, char const* what) {
  if (holds) return;
  ++failures;
  std::printf("not so: %s\n", what);
}

void compute_with(flags::File const& file, flags::Work const& work) {
  expect(file.manager == plain.manager && file.tables == plain.tables, "all files have one pool");
  expect(file.this_thread() == plain.this_thread(), "all files have one record of a thread");
  expect(file.compute(work) == plain.compute(work), "all files compute the same");
  expect(file.threads() == plain.threads(), "all files see the same threads");
  pt::buffer<double> const filled = file.fill(1000);
  expect(filled.size() == 1000 && filled[999] == 999.0, "a buffer is handed from file to file");
  pt::RunReport const seen = file.report(work);
  expect(seen.items == work.numbers.size() && !seen.workers.empty(), "a report is handed from file to file");
}

/// What a file throws, another one catches by its type.
void catch_from(flags::File const& file, flags::Work const& work) {
  bool caught = false;
  try {
    file.be_stopped(work);
  } catch (pt::cancelled const& stopped) {
    caught = stopped.reason() == pt::StopReason::deadline;
  }
  expect(caught, "cancelled is one type in all files");
}

/// An exception of an item on any thread, whichever file has started that.
void throw_from_items(flags::Work const& work) {
  for (int round = 0; round != 20; ++round) {
    bool caught = false;
    try {
      pt::parallel_iter(work.numbers).max_len(16).for_each([](double x) {
        if (x == 30000) throw std::runtime_error("as it should");
      });
    } catch (std::runtime_error const&) {
      caught = true;
    }
    expect(caught, "an exception of an item is caught");
  }
}

}  // namespace

int main() {
  pt::Options options;
  options.cores = 4;
  pt::set_options(options);
  flags::Work work;
  for (int i = 0; i != 40000; ++i) work.numbers.push_back(i);
  compute_with(no_exceptions, work);  // its code starts the first threads
  compute_with(checked, work);
  compute_with(plain, work);
  catch_from(plain, work);
  catch_from(checked, work);
#if defined(FLAGS_WIDE)
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
    compute_with(wide, work);
    catch_from(wide, work);
  }
#endif
  throw_from_items(work);
  expect(plain.threads() <= 8, "one budget of threads");
  std::printf("%u threads, %d failures\n", plain.threads(), failures);
  return failures == 0 ? 0 : 1;
}
