# The repository's address stands in CMakeLists.txt (HOMEPAGE_URL). Whatever else has to say it (the port, which lies alone
# in a vcpkg registry, and the documentation) says the same.
#
#   cmake -P tests/packaging/address.cmake                                    fails if it does not
#   cmake -D ADDRESS=https://… -P tests/packaging/address.cmake               writes another one everywhere
#
# The port has its place in versions/, so after a change registry.cmake writes that anew.
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)

file(STRINGS ${root}/CMakeLists.txt line REGEX "^ *HOMEPAGE_URL ")
if(NOT line MATCHES "HOMEPAGE_URL \"?(https://[^ \")]+)")
  message(FATAL_ERROR "CMakeLists.txt names no HOMEPAGE_URL")
endif()
set(address ${CMAKE_MATCH_1})

# Where it is said, and after what.
set(said_in
    "CMakeLists.txt|HOMEPAGE_URL \""
    "README.md|GIT_REPOSITORY "
    "docs/install.md|GIT_REPOSITORY "
    "meson.build|url: '"
    "docs/install.md|\"repository\": \""
    "ports/parallel-task/portfile.cmake| URL ")
set(wrong "")
foreach(each IN LISTS said_in)
  string(REGEX MATCH "^([^|]+)[|](.*)$" each "${each}")
  set(file ${CMAKE_MATCH_1})
  set(before "${CMAKE_MATCH_2}")
  file(READ ${root}/${file} text)
  if(NOT text MATCHES "${before}(https://[^ \n\"'`)]+)")
    string(APPEND wrong "\n  ${file} does not say it after '${before}'")
  elseif(ADDRESS)
    string(REPLACE "${before}${CMAKE_MATCH_1}" "${before}${ADDRESS}" text "${text}")
    file(WRITE ${root}/${file} "${text}")
  elseif(NOT CMAKE_MATCH_1 STREQUAL address)
    string(APPEND wrong "\n  ${file} says ${CMAKE_MATCH_1}")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "the repository's address is ${address}:${wrong}")
endif()
