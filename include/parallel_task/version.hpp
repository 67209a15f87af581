// The version of the library. CMake reads it here; no other file may say a different one (tests/packaging).
//
// Versions are semantic (semver.org); until 1.0 a minor release is what a major one is later.
//
//   a patch release   changes neither names nor layouts: objects compiled with different ones may be linked together
//   a minor release   may change whatever the threads of a process share
//
// So the inline namespace that all of the library stands in is named after major and minor, v0_1 here. Two minor
// versions in one process have different symbols, and each has a pool of its own.
#pragma once

#define PARALLEL_TASK_VERSION_MAJOR 0
#define PARALLEL_TASK_VERSION_MINOR 1
#define PARALLEL_TASK_VERSION_PATCH 0

/// For comparisons: version 1.2.3 is 10203.
#define PARALLEL_TASK_VERSION \
  (PARALLEL_TASK_VERSION_MAJOR * 10000 + PARALLEL_TASK_VERSION_MINOR * 100 + PARALLEL_TASK_VERSION_PATCH)
