// All of parallel_task. The short name for users: namespace pt.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/pipeline/parallel_iter.hpp>
#include <parallel_task/pipeline/pipe.hpp>
#include <parallel_task/pipeline/pipeline.hpp>

namespace pt = parallel_task;
