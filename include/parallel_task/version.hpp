// The version of the library. CMake reads it here; no other file may say a different one (tests/packaging).
//
// Versions are semantic (semver.org); until 1.0 a minor release is what a major one is later.
//
//   a patch release   changes neither names nor layouts: objects compiled with different ones can be linked together
//   a minor release   may change what the threads of a process share
//
// So the whole library is in inline namespaces that are named after the major and the minor version, here v0_1, and the
// flags of the compiler (platform/code.hpp). Two minor versions in one process have different symbols, and each has its
// own thread pool.
#pragma once

#define PARALLEL_TASK_VERSION_MAJOR 0
#define PARALLEL_TASK_VERSION_MINOR 1
#define PARALLEL_TASK_VERSION_PATCH 0

/// The version as one number, for comparisons: 1.2.3 is 10203.
#define PARALLEL_TASK_VERSION \
  (PARALLEL_TASK_VERSION_MAJOR * 10000 + PARALLEL_TASK_VERSION_MINOR * 100 + PARALLEL_TASK_VERSION_PATCH)
