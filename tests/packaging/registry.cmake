# This repository is a vcpkg registry: ports/ contains the current port, and versions/ names the git tree of each version
# of it in the history. Whoever changes the port updates versions/ in the same commit.
#
#   cmake -P tests/packaging/registry.cmake                 writes versions/
#   cmake -D REF=HEAD -P tests/packaging/registry.cmake     makes the port fetch that commit, then writes; at each release
#   cmake -D CHECK=ON -P tests/packaging/registry.cmake     fails if versions/ is out of date or the manifest is wrong
#
# Needs git, but not the history: only the files are checked.
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(port parallel-task)
set(manifest_file ${root}/ports/${port}/vcpkg.json)
find_program(GIT git REQUIRED)

function(git result)
  execute_process(
    COMMAND ${GIT} ${ARGN}
    WORKING_DIRECTORY ${root}
    OUTPUT_VARIABLE output
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

if(REF)
  git(commit rev-parse --verify ${REF}^{commit})
  file(READ ${root}/ports/${port}/portfile.cmake portfile)
  string(REGEX REPLACE " REF [0-9a-f]+" " REF ${commit}" portfile "${portfile}")
  file(WRITE ${root}/ports/${port}/portfile.cmake "${portfile}")
endif()

# The hash of the tree that git will make of the folder. Computed in a temporary repository.
string(RANDOM name)
set(store ${CMAKE_CURRENT_BINARY_DIR}/registry_${name}) # in the working directory
set(ENV{GIT_DIR} ${store})
git(ignored init --quiet --bare ${store})
git(ignored --work-tree=${root} -c core.autocrlf=false -c core.fileMode=false add --force ports/${port})
git(tree write-tree --prefix=ports/${port}/)
file(REMOVE_RECURSE ${store})

file(READ ${manifest_file} manifest)
string(JSON version GET "${manifest}" version)
string(JSON port_version ERROR_VARIABLE none GET "${manifest}" port-version)
if(NOT port_version)
  set(port_version 0)
endif()

# All versions so far, newest first.
set(version_file ${root}/versions/p-/${port}.json)
set(there "")
set(all "")
function(add_version tree version port_version)
  string(APPEND all "    {
      \"git-tree\": \"${tree}\",
      \"version\": \"${version}\",
      \"port-version\": ${port_version}
    }")
  set(all "${all}" PARENT_SCOPE)
endfunction()
add_version(${tree} ${version} ${port_version})
if(EXISTS ${version_file})
  file(READ ${version_file} there)
  string(JSON count LENGTH "${there}" versions)
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON old_tree GET "${there}" versions ${i} git-tree)
    string(JSON old_version GET "${there}" versions ${i} version)
    string(JSON old_port_version GET "${there}" versions ${i} port-version)
    if(NOT "${old_version}#${old_port_version}" STREQUAL "${version}#${port_version}")
      string(APPEND all ",\n")
      add_version(${old_tree} ${old_version} ${old_port_version})
    endif()
  endforeach()
endif()

function(put file text)
  if(NOT CHECK)
    file(WRITE ${file} "${text}")
    return()
  endif()
  set(there "")
  if(EXISTS ${file})
    file(READ ${file} there)
  endif()
  if(NOT there STREQUAL text)
    message(FATAL_ERROR "${file} does not match the port: run cmake -P tests/packaging/registry.cmake, and commit both together")
  endif()
endfunction()
put(${version_file} "{
  \"versions\": [
${all}
  ]
}
")
put(${root}/versions/baseline.json "{
  \"default\": {
    \"${port}\": {
      \"baseline\": \"${version}\",
      \"port-version\": ${port_version}
    }
  }
}
")

# The manifest must look as `vcpkg format-manifest` would write it: fields in that tool's order, indented by two spaces,
# a newline at the end.
string(REGEX MATCHALL "\n  \"[a-z-]+\": " fields "${manifest}")
string(REGEX REPLACE "[\n \":]" "" fields "${fields}")
set(order name version port-version description homepage documentation license supports dependencies default-features features)
set(expected "")
foreach(field IN LISTS order)
  if(field IN_LIST fields)
    list(APPEND expected ${field})
  endif()
endforeach()
if(NOT fields STREQUAL expected OR NOT manifest MATCHES "^{\n.*[^ \t\n]\n}\n$" OR manifest MATCHES "\t| \n|\n *{\n *\n")
  message(FATAL_ERROR "${manifest_file} is not formatted as vcpkg format-manifest would do it; the order of fields is ${expected}")
endif()
foreach(field name description license)
  string(JSON value GET "${manifest}" ${field})
  if(value STREQUAL "")
    message(FATAL_ERROR "${manifest_file}: ${field} is empty")
  endif()
endforeach()
string(JSON name GET "${manifest}" name)
if(NOT name STREQUAL port)
  message(FATAL_ERROR "${manifest_file}: the port is called ${name}")
endif()
