# usage: cmake -D VERSION=0.2.0 -P tests/packaging/release.cmake
#
# Gives the library another version, wherever it is said: version.hpp, the port, the README's example, the files
# of Meson and Bazel, the single header.
# What has changed is told to CHANGELOG.md by hand; then, once all of it is committed, the port takes that commit
# (registry.cmake, REF).
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
if(NOT VERSION MATCHES "^([0-9]+)\\.([0-9]+)\\.([0-9]+)$")
  message(FATAL_ERROR "-D VERSION=major.minor.patch, please")
endif()
set(MAJOR ${CMAKE_MATCH_1})
set(MINOR ${CMAKE_MATCH_2})
set(PATCH ${CMAKE_MATCH_3})

function(replace file) # PATTERN REPLACEMENT...
  file(READ ${file} before)
  set(text "${before}")
  foreach(i RANGE 1 ${ARGC} 2)
    math(EXPR next "${i} + 1")
    if(next LESS ARGC)
      string(REGEX REPLACE "${ARGV${i}}" "${ARGV${next}}" text "${text}")
    endif()
  endforeach()
  if(NOT text STREQUAL before)
    file(WRITE ${file} "${text}")
  endif()
endfunction()

foreach(part MAJOR MINOR PATCH)
  replace(${root}/include/parallel_task/version.hpp "(VERSION_${part}) [0-9]+\n" "\\1 ${${part}}\n")
endforeach()
replace(${root}/include/parallel_task/version.hpp "v[0-9]+_[0-9]+ here" "v${MAJOR}_${MINOR} here")
replace(${root}/ports/parallel-task/vcpkg.json "\n  \"version\": \"[^\"]*\"" "\n  \"version\": \"${VERSION}\""
        "\n  \"port-version\": [0-9]+," "")
replace(${root}/meson.build "(project[(][^\n]* version: )'[0-9.]+'" "\\1'${VERSION}'")
replace(${root}/MODULE.bazel "(module[(][^\n]* version = )\"[0-9.]+\"" "\\1\"${VERSION}\"")
replace(${root}/README.md "find_package[(]parallel_task [0-9.]+" "find_package(parallel_task ${MAJOR}.${MINOR}")

foreach(script single_include/amalgamate.cmake tests/packaging/registry.cmake)
  execute_process(COMMAND ${CMAKE_COMMAND} -P ${root}/${script} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_LIST_DIR}/version.cmake)
