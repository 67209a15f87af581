// A run that balances itself, and the picture of it: docs/balancing.svg.
//
//   c++ -std=c++20 -O2 -I include examples/balancing.cpp -o balancing -pthread
//   ./balancing docs/balancing.svg         a timeline for browsers: one row for each thread
//   ./balancing run.json                   the same for https://ui.perfetto.dev
//
// Four threads answer 240 requests. Most take a millisecond; the first thirty take twelve. Divided into four equal
// parts, the list would keep three threads waiting for the first part. Here the caller starts alone with all of it.
// Each thread that wakes takes half of the longest queue (red arrows), again and again, and all finish together. The
// requests wait rather than compute, so that the picture is the same on any number of cores.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/trace_writer.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

int main(int argc, char* argv[]) {
  std::string const path = argc == 2 ? argv[1] : "";
  bool const json = path.ends_with(".json");
  if (!json && !path.ends_with(".svg")) {
    std::fputs("usage: balancing FILE.svg | FILE.json\n", stderr);
    return 2;
  }
  pt::Options options;
  options.cores = 4;  // as if there were four, whatever there is
  pt::set_options(options);

  pt::Trace trace;
  pt::indices(240).threads(4).trace(trace).for_each([](int request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(request < 30 ? 12 : 1));
  });

  std::ofstream file(path);
  if (json) {
    trace.write_chrome_json(file);
  } else {
    trace.write_svg(file);
  }
  if (!file.flush()) {
    std::fprintf(stderr, "balancing: can't write %s\n", path.c_str());
    return 1;
  }
  std::cout << trace.report();
}
