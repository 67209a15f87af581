# usage: cmake -P version.cmake
#
# The version of version.hpp is that of everything else that has to say one.
cmake_minimum_required(VERSION 3.25)
set(root ${CMAKE_CURRENT_LIST_DIR}/../..)

foreach(part MAJOR MINOR PATCH)
  file(STRINGS ${root}/include/parallel_task/version.hpp line REGEX "^#define PARALLEL_TASK_VERSION_${part} [0-9]+$")
  string(REGEX MATCH "[0-9]+$" ${part} "${line}")
endforeach()
set(version ${MAJOR}.${MINOR}.${PATCH})
set(wrong "")

# The inline namespaces are named after it, by macros of platform/code.hpp.
set(all 0)
file(GLOB_RECURSE headers ${root}/include/*.hpp)
foreach(header IN LISTS headers)
  file(STRINGS ${header} namespaces REGEX "^(inline namespace PARALLEL_TASK|namespace parallel_task {)")
  if(namespaces AND NOT "${namespaces};" MATCHES "^(namespace parallel_task {;(inline namespace PARALLEL_TASK_(CODE|VALUES) {;)+)?(namespace parallel_task {;)?$")
    list(APPEND wrong "${header}: all of it belongs into inline namespace PARALLEL_TASK_CODE or PARALLEL_TASK_VALUES")
  elseif(namespaces)
    math(EXPR all "${all} + 1")
  endif()
endforeach()
if(all LESS 80)
  list(APPEND wrong "only ${all} headers have an inline namespace")
endif()

function(expect file regex) # which matches the version, or its beginning, in parentheses
  file(STRINGS ${root}/${file} lines REGEX "${regex}")
  if(NOT lines)
    list(APPEND wrong "${file} does not say it: ${regex}")
  endif()
  foreach(line IN LISTS lines)
    string(REGEX MATCH "${regex}" found "${line}")
    if(NOT "${version}." MATCHES "^${CMAKE_MATCH_1}[.]")
      list(APPEND wrong "${file} says ${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(wrong "${wrong}" PARENT_SCOPE)
endfunction()
expect(README.md "find_package[(]parallel_task ([0-9.]+)")
expect(single_include/parallel_task/parallel_task.hpp "^// parallel_task ([0-9.]+) in one header")
expect(ports/parallel-task/vcpkg.json "^  \"version\": \"([0-9.]+)\"")
expect(meson.build "^project[(].* version: '([0-9.]+)'")
expect(MODULE.bazel "^module[(].* version = \"([0-9.]+)\"")
expect(versions/baseline.json "\"baseline\": \"([0-9.]+)\"")

# The newest heading of the changelog.
file(STRINGS ${root}/CHANGELOG.md headings REGEX "^## .[0-9]")
list(GET headings 0 heading)
if(NOT heading MATCHES "^## .${version}. - (unreleased|20[0-9-]+)$")
  list(APPEND wrong "CHANGELOG.md does not begin with it: ${heading}")
endif()

if(wrong)
  list(JOIN wrong "\n  " wrong)
  message(FATAL_ERROR "the version is ${version}:\n  ${wrong}")
endif()
