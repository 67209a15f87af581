// All of parallel_task. The short name for users: namespace pt.
#pragma once

#if !defined(PARALLEL_TASK_HPP)  // else it was read as one header (single_include/) before
#define PARALLEL_TASK_HPP

// Listed from the bottom up, so that an error in any of them has a short path to its user.
#include <parallel_task/version.hpp>
#include <parallel_task/core/unusable.hpp>
#include <parallel_task/core/pass.hpp>
#include <parallel_task/pipeline/stage.hpp>
#include <parallel_task/pipeline/pipeline.hpp>
#include <parallel_task/pipeline/pipe.hpp>
#include <parallel_task/pipeline/parallel_iter.hpp>

namespace pt = parallel_task;

#endif
