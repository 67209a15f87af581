// This library on the simulated machine: one call, and a program of many.
#pragma once

#include "work.hpp"

#include <cstddef>
#include <deque>
#include <new>

namespace simulate {

namespace pt = parallel_task;

struct Run {
  Work const* work = nullptr;
  std::size_t items = 0;
  double took = 0;
  pt::RunReport report;
  pt::Memo memo{};
  bool observed = true;
};

/// One call, as a terminal makes it.
inline void call(Run& run) {
  struct Functions {
    static void open(void*, void*) {}
    static bool items(void* self, void*, pt::Block block) {
      run_items(*static_cast<Run*>(self)->work, block.first, block.last);
      return true;
    }
    static void close(void*) noexcept {}
  };
  pt::Job job;
  job.self = &run;
  job.bytes = 64;
  job.alignment = 8;
  job.open = &Functions::open;
  job.run = &Functions::items;
  job.close = &Functions::close;
  job.known = {run.items, true};
  pt::WorkerController controller;
  if (run.observed) controller.set_report(run.report);
  std::byte home[64];
  double const begin = simulate::now();
  controller.run(job, home, run.memo);
  if (run.work->join_bytes > 0) {  // the caller appends one segment after the other
    controller.for_each_segment([](void*) { simulate::compute(200); });
    simulate::stream(run.work->join_bytes * static_cast<double>(run.items));
  }
  run.took = simulate::now() - begin;
}

inline void forget_everything() {
  for (auto& slot : pt::detail::thread_manager.call_slots) {
    pt::detail::Members* members = slot.members.plain();
    while (members != nullptr) {
      pt::detail::Members* const older = members->older;
      ::operator delete(members->all, std::align_val_t{alignof(pt::detail::Member)});
      delete members;
      members = older;
    }
  }
  ::new (static_cast<void*>(&pt::detail::thread_manager)) pt::detail::ThreadManager;
  ::new (static_cast<void*>(&pt::detail::tables)) pt::detail::Tables;
  pt::detail::this_thread = pt::detail::ThreadState{};
}

/// Time of a call that finds the threads made: short ones are repeated until none is made any more.
inline double ours(Machine const& machine, Work const& work, pt::RunReport* report = nullptr) {
  forget_everything();
  Run run;
  run.work = &work;
  run.items = work.cost.size();
  (void)simulate::run(
      machine,
      [](void* argument) {
        Run& r = *static_cast<Run*>(argument);
        for (std::uint32_t made = ~0U, calls = 0;
             calls != 40 && made != pt::detail::thread_manager.starter.made.plain(); ++calls) {
          made = pt::detail::thread_manager.starter.made.plain();
          call(r);
        }
        call(r);
      },
      &run);
  if (report != nullptr) *report = run.report;
  return run.took;
}

/// Nanoseconds of the last `timed` of so many steps; each loop has a memo of its own, as in a program.
inline double ours(Machine const& machine, TimeStep& program, std::size_t steps, std::size_t timed) {
  struct Program {
    TimeStep& step;
    std::size_t steps;
    std::size_t timed;
    std::deque<Run> loops;
    double took;
  };
  forget_everything();
  program.array.forget();
  Program all{program, steps, timed, {}, 0};
  for (Work const& loop : program.loops) {
    Run& run = all.loops.emplace_back();
    run.work = &loop;
    run.observed = false;
  }
  (void)simulate::run(
      machine,
      [](void* argument) {
        Program& p = *static_cast<Program*>(argument);
        double begin = 0;
        for (std::size_t step = 0; step != p.steps; ++step) {
          if (step + p.timed == p.steps) begin = now();
          for (std::size_t i = 0; i != p.loops.size(); ++i) {
            p.loops[i].items = p.step.items(i, step);
            call(p.loops[i]);
          }
        }
        p.took = now() - begin;
      },
      &all);
  return all.took;
}

}  // namespace simulate
