// All of parallel_task. The short name for users: namespace pt, unless PARALLEL_TASK_NO_PT is defined.
#pragma once

#if !defined(PARALLEL_TASK_HPP)  // else it was read as one header (single_include/) before
#define PARALLEL_TASK_HPP

#include <parallel_task/platform/language.hpp>
#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing

// Listed from the bottom up, so that an error in any of them has a short path to its user.
#include <parallel_task/core/apply.hpp>
#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/growing.hpp>
#include <parallel_task/pipeline/parallel_iter.hpp>
#include <parallel_task/pipeline/pieces.hpp>
#include <parallel_task/pipeline/pipe.hpp>
#include <parallel_task/pipeline/pipeline.hpp>
#include <parallel_task/pipeline/step.hpp>
#include <parallel_task/version.hpp>

// Last, since each name that is looked up after it is looked for there, too.
#include <parallel_task/pipeline/other_libraries.hpp>

#if !defined(PARALLEL_TASK_NO_PT)
namespace pt = parallel_task;
#endif

#endif
#endif
