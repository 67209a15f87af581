# Makes single_include/parallel_task/parallel_task.hpp from the headers in include/: each appears once, after those that
# it includes, and the standard headers are included at the top. What the umbrella header leaves out comes at the end,
# for programs that define PARALLEL_TASK_EVERYTHING.
#
#   cmake -P single_include/amalgamate.cmake               writes the file
#   cmake -D CHECK=ON -P single_include/amalgamate.cmake   fails if the file is out of date
cmake_minimum_required(VERSION 3.25)

set(include ${CMAKE_CURRENT_LIST_DIR}/../include)
set(single_header ${CMAKE_CURRENT_LIST_DIR}/parallel_task/parallel_task.hpp)
set(umbrella parallel_task/parallel_task.hpp)
set_property(GLOBAL PROPERTY text "")

function(write more)
  set_property(GLOBAL APPEND_STRING PROPERTY text "${more}")
endfunction()

# A header begins with its includes; the library's headers among them are written before it. None may follow later.
function(add_header name)
  get_property(known GLOBAL PROPERTY headers)
  if(name IN_LIST known)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY headers ${name})
  file(READ ${include}/${name} rest)

  set(beginning "")
  set(depth 0) # of #if
  set(engine_depth 0)
  set(free_depth 0) # includes may be as deep as this: the whole single header is under that condition
  while(NOT rest STREQUAL "" AND NOT rest MATCHES "^namespace ")
    string(FIND "${rest}" "\n" end)
    math(EXPR next "${end} + 1")
    string(SUBSTRING "${rest}" 0 ${next} line)
    string(SUBSTRING "${rest}" ${next} -1 rest)
    if(line MATCHES "^#if")
      math(EXPR depth "${depth} + 1")
      if(depth EQUAL 1 AND line MATCHES "^#if defined\\(PARALLEL_TASK_LANGUAGE\\)")
        set(free_depth 1)
      elseif(line MATCHES "^#if defined\\(PARALLEL_TASK_ENGINE\\)") # the single header has it in any case
        set(engine_depth ${depth})
      endif()
    elseif(line MATCHES "^#endif")
      if(depth EQUAL engine_depth)
        set(engine_depth 0)
      endif()
      math(EXPR depth "${depth} - 1")
    endif()
    if(line MATCHES "^#pragma once")
      continue()
    elseif(line MATCHES "^#include <(parallel_task/[^>]+)>")
      if(name STREQUAL umbrella) # it contains nothing but includes, inside its guard
        write("${beginning}")
        set(beginning "")
      elseif(depth GREATER free_depth AND NOT depth EQUAL engine_depth)
        message(FATAL_ERROR "${name} includes ${CMAKE_MATCH_1} under a condition, which a single header can't do")
      endif()
      add_header(${CMAKE_MATCH_1})
    elseif(depth EQUAL 0 AND NOT is_extra AND line MATCHES "^#include <([^>]+)>")
      set_property(GLOBAL APPEND PROPERTY standard_headers ${CMAKE_MATCH_1})
    else()
      string(APPEND beginning "${line}")
    endif()
  endwhile()

  if(NOT name STREQUAL umbrella)
    write("\n// ==== ${name}\n\n")
  endif()
  write("${beginning}")
  if(rest MATCHES "\n#include <(parallel_task/[^>]+)>")
    message(FATAL_ERROR "${name} includes ${CMAKE_MATCH_1} further down: move all includes to the top")
  endif()
  write("${rest}")
endfunction()

set(is_extra OFF)
set(language parallel_task/platform/language.hpp)
set_property(GLOBAL APPEND PROPERTY headers ${language}) # it comes before everything else
add_header(${umbrella})

set(is_extra ON)
write("\n#if defined(PARALLEL_TASK_EVERYTHING)\n")
file(GLOB_RECURSE all RELATIVE ${include} ${include}/*.hpp)
# Several ranks need MPI or fork, and exceptions.
list(FILTER all EXCLUDE REGEX "^parallel_task/(machines/.*|forked|mpi)[.]hpp$")
foreach(header IN LISTS all)
  add_header(${header})
endforeach()
write("\n#endif\n")

get_property(text GLOBAL PROPERTY text)
string(REGEX REPLACE "\n\n\n+" "\n\n" text "${text}")

get_property(standard_headers GLOBAL PROPERTY standard_headers)
list(REMOVE_DUPLICATES standard_headers)
list(SORT standard_headers)
list(TRANSFORM standard_headers REPLACE "(.+)" "#include <\\1>")
list(JOIN standard_headers "\n" standard_headers)

file(READ ${include}/${language} language)
string(REPLACE "#pragma once\n" "" language "${language}")

set(version "")
foreach(part MAJOR MINOR PATCH)
  string(REGEX MATCH "#define PARALLEL_TASK_VERSION_${part} ([0-9]+)" found "${text}")
  list(APPEND version ${CMAKE_MATCH_1})
endforeach()
list(JOIN version "." version)

file(READ ${CMAKE_CURRENT_LIST_DIR}/../LICENSE license)
string(REGEX REPLACE "\n$" "" license "${license}")
string(REGEX REPLACE "\n" "\n// " license "// ${license}")
string(REGEX REPLACE "// \n" "//\n" license "${license}")

set(text
    "// parallel_task ${version} in one header. Made by single_include/amalgamate.cmake: change the headers in include/.
//
// SPDX-License-Identifier: MIT
//
${license}
#pragma once

${language}
#if defined(PARALLEL_TASK_LANGUAGE)

${standard_headers}

${text}
#endif
")

if(CHECK)
  set(there "")
  if(EXISTS ${single_header})
    file(READ ${single_header} there)
  endif()
  if(NOT there STREQUAL text)
    message(FATAL_ERROR "the single header is out of date: run cmake -P single_include/amalgamate.cmake")
  endif()
else()
  file(WRITE ${single_header} "${text}")
endif()
