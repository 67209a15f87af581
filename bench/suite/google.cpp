// The rows as Google Benchmark's: its filters, its repetitions, its output formats. For ratios use compare.
#include "row.hpp"

#include <benchmark/benchmark.h>

int main(int argc, char** argv) {
  for (suite::Row& row : suite::rows()) {
    for (suite::Contender& contender : row.contenders) {
      if (contender.process == suite::Process::passive) continue;  // a matter of this process's environment
      benchmark::RegisterBenchmark((row.name + "/" + contender.peer).c_str(),
                                   [&](benchmark::State& state) {
                                     row.prepare();
                                     (void)contender.run();
                                     for (auto _ : state) state.SetIterationTime(contender.run().ns * 1e-9);
                                     row.release();
                                   })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
