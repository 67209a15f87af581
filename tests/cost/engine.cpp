// What a program has once, however many pipelines: the engine below the line of Job. Subtracted from twelve.cpp.
#include <parallel_task/controller/worker_controller.hpp>

void run_anything(parallel_task::Job const& job, void* home, parallel_task::Memo& memo) {
  parallel_task::WorkerController controller;
  controller.run(job, home, memo);
  controller.for_each_segment([](void*) {});
}
