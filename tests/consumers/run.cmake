# Builds and runs the consumer of this folder, which gets the library in one of these ways, the KIND:
#
#   copied_headers single_header pkg_config             by the compiler alone
#   find_package add_subdirectory fetch_content         in a CMake project
#   without_pt                                          the same as add_subdirectory, without the namespace pt
#   mpi_component                                       in a CMake project, installed, for the ranks of an MPI
#   vcpkg_overlay vcpkg_registry                        in a CMake project, the library installed as vcpkg does it
#   compiled vcpkg_compiled                             in a CMake project, linked to the compiled libraries
#   meson                                               as a subproject of a Meson project; and what it installs
#   bazel                                               as a repository of a Bazel workspace: in tests/ports.sh alone
#   module                                              by the compiler alone, with `import`
#
# -D KIND LIBRARY (its sources) LIBRARY_BUILD (as tests have configured it) WORK (folder) GENERATOR CXX VERSION
#    CLANG (for the module) HAS_MPI, MPIRUN (for the ranks)
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "failed: ${ARGN}")
  endif()
endfunction()

# No way may need a network: whoever asks for one is sent to where nobody listens.
foreach(variable http_proxy https_proxy HTTP_PROXY HTTPS_PROXY)
  set(ENV{${variable}} http://127.0.0.1:9)
endforeach()
set(ENV{GIT_ALLOW_PROTOCOL} file)

# What is installed has to be found wherever it is carried.
function(install_and_move folder)
  run(${CMAKE_COMMAND} --install ${LIBRARY_BUILD} --prefix ${WORK}/elsewhere)
  file(RENAME ${WORK}/elsewhere ${folder})
endfunction()

function(build_by_hand)
  set(options -std=c++20 -Wall -Wextra -Werror ${ARGN})
  if(NOT KIND STREQUAL pkg_config)
    list(APPEND options -pthread)
  endif()
  run(${CXX} ${options} -MD -MF ${WORK}/main.d -c ${CMAKE_CURRENT_LIST_DIR}/main.cpp -o ${WORK}/main.o)
  run(${CXX} ${options} -c ${CMAKE_CURRENT_LIST_DIR}/other.cpp -o ${WORK}/other.o)
  run(${CXX} ${WORK}/main.o ${WORK}/other.o ${options} ${libraries} -o ${WORK}/consumer)
  run(${WORK}/consumer)

  # Nothing but the library may have come along.
  file(READ ${WORK}/main.d read)
  string(REPLACE "\\ " " " read "${read}") # where a name has a space
  string(FIND "${read}" "${WORK}/" own)
  string(FIND "${read}" "${LIBRARY}/include" checkout)
  string(FIND "${read}" "${LIBRARY}/single_include" checkout_too)
  if(own EQUAL -1 OR NOT checkout EQUAL -1 OR NOT checkout_too EQUAL -1 OR read MATCHES "/(catch2|benchmark)/")
    message(FATAL_ERROR "the consumer does not read the library that it was given, and nothing else: ${read}")
  endif()
endfunction()

function(build_by_cmake)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${CXX}
      -D KIND=${KIND} -D LIBRARY=${LIBRARY} -D CMAKE_PREFIX_PATH=${WORK}/installed -D VERSION=${VERSION}
      "-DTARGETS=${ARGN}" --no-warn-unused-cli)
  run(${CMAKE_COMMAND} --build ${WORK}/build)
  file(GLOB consumers ${WORK}/build/consumer ${WORK}/build/consumer_*) # also of an MPI's ranks one: it needs no mpirun
  foreach(consumer IN LISTS consumers)
    run(${consumer})
  endforeach()
  if(KIND STREQUAL mpi_component)
    run(${MPIRUN} -n 2 ${WORK}/build/consumer)
  endif()

  file(STRINGS ${WORK}/build/CMakeCache.txt strangers REGEX "^(Catch2|benchmark)_DIR")
  file(GLOB fetched ${WORK}/build/_deps/*-src)
  if(strangers OR fetched)
    message(FATAL_ERROR "the library looked for what only its own tests need: ${strangers} ${fetched}")
  endif()
endfunction()

# Both libraries, installed and moved, found by CMake and by pkg-config.
function(build_compiled)
  run(${CMAKE_COMMAND} -S ${LIBRARY} -B ${WORK}/library -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${CXX}
      -D PARALLEL_TASK_COMPILED=ON -D PARALLEL_TASK_EXAMPLES=OFF)
  run(${CMAKE_COMMAND} --build ${WORK}/library)
  set(LIBRARY_BUILD ${WORK}/library)
  install_and_move(${WORK}/installed)
  build_by_cmake(compiled shared)
  file(GLOB_RECURSE pc_file ${WORK}/installed/parallel_task_shared.pc)
  get_filename_component(pc_folder ${pc_file} DIRECTORY)
  set(ENV{PKG_CONFIG_LIBDIR} ${pc_folder})
  find_program(PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
  foreach(each compiled shared)
    execute_process(COMMAND ${PKG_CONFIG} --cflags --libs parallel_task_${each} OUTPUT_VARIABLE flags
                    COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run(${CXX} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${CMAKE_CURRENT_LIST_DIR}/other.cpp ${flags} -o
        ${WORK}/by_${each})
    run(${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${pc_folder}/.. ${WORK}/by_${each})
  endforeach()
endfunction()

# As a subproject. What Meson installs is what CMake installs, less CMake's own files.
function(build_by_meson)
  find_program(MESON meson)
  if(NOT MESON)
    message("skipped: there is no meson")
    return()
  endif()
  set(ENV{CXX} ${CXX})
  file(COPY ${LIBRARY}/meson.build ${LIBRARY}/include DESTINATION ${WORK}/source/subprojects/parallel_task)
  foreach(each meson.build main.cpp other.cpp)
    file(COPY ${CMAKE_CURRENT_LIST_DIR}/${each} DESTINATION ${WORK}/source)
  endforeach()
  run(${MESON} setup --wrap-mode=forcefallback --buildtype=plain ${WORK}/build ${WORK}/source)
  run(${MESON} compile -C ${WORK}/build)
  run(${WORK}/build/consumer)
  run(${WORK}/build/compiled)

  run(${MESON} setup --prefix ${WORK}/by_meson ${WORK}/library ${WORK}/source/subprojects/parallel_task)
  run(${MESON} install --quiet -C ${WORK}/library)
  install_and_move(${WORK}/by_cmake)
  foreach(by meson cmake)
    file(GLOB_RECURSE by_${by} RELATIVE ${WORK}/by_${by}/include ${WORK}/by_${by}/include/*)
  endforeach()
  if(NOT by_meson STREQUAL by_cmake)
    set(only_meson ${by_meson})
    list(REMOVE_ITEM only_meson ${by_cmake})
    list(REMOVE_ITEM by_cmake ${by_meson})
    message(FATAL_ERROR "only Meson installs: ${only_meson}; only CMake installs: ${by_cmake}")
  endif()
  file(GLOB_RECURSE pc_file ${WORK}/by_meson/*.pc)
  get_filename_component(pc_folder ${pc_file} DIRECTORY)
  set(ENV{PKG_CONFIG_LIBDIR} ${pc_folder})
  find_program(PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
  run(${PKG_CONFIG} --exact-version=${VERSION} parallel_task)
endfunction()

# Debian's Bazel, which would fetch the rules of two languages: those that are built into it stand for them.
function(build_by_bazel)
  set(cc_rules library binary test import toolchain toolchain_suite proto_library host_toolchain_alias)
  set(java_rules library binary test import plugin toolchain runtime runtime_toolchain package_configuration proto_library)
  foreach(language cc java)
    set(defs "")
    foreach(rule IN LISTS ${language}_rules)
      string(APPEND defs "${language}_${rule} = getattr(native, '${language}_${rule}', None)\n")
    endforeach()
    file(WRITE ${WORK}/rules_${language}/${language}/defs.bzl "${defs}")
    file(WRITE ${WORK}/rules_${language}/${language}/BUILD "")
    file(WRITE ${WORK}/rules_${language}/WORKSPACE "")
  endforeach()
  file(APPEND ${WORK}/rules_cc/cc/defs.bzl "fdo_profile = None\nfdo_prefetch_hints = None\n")

  file(COPY ${LIBRARY}/BUILD.bazel ${LIBRARY}/include DESTINATION ${WORK}/library)
  file(WRITE ${WORK}/library/WORKSPACE "")
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${CMAKE_CURRENT_LIST_DIR}/other.cpp DESTINATION ${WORK}/source)
  set(workspace "")
  foreach(each parallel_task:library rules_cc:rules_cc rules_java:rules_java)
    string(REPLACE ":" ";" each ${each})
    list(GET each 0 name)
    list(GET each 1 folder)
    string(APPEND workspace "local_repository(name = '${name}', path = '${WORK}/${folder}')\n")
  endforeach()
  file(WRITE ${WORK}/source/WORKSPACE "${workspace}")
  file(WRITE ${WORK}/source/BUILD
       "cc_binary(name = 'consumer', srcs = ['main.cpp', 'other.cpp'], deps = ['@parallel_task'])\n")
  execute_process(
    COMMAND bazel --batch --output_user_root=${WORK}/bazel run --cxxopt=-std=c++20 //:consumer
    WORKING_DIRECTORY ${WORK}/source COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Every public name is there for importers; and a program that imports them runs.
function(build_module)
  if(NOT CLANG)
    message("skipped: there is no Clang")
    return()
  endif()
  set(clang ${CLANG} -std=c++20 -Wall -Wextra -Werror -pthread)
  run(${clang} -I ${LIBRARY}/include --precompile ${LIBRARY}/include/parallel_task/parallel_task.cppm -o ${WORK}/module.pcm)
  list(APPEND clang -fmodule-file=parallel_task=${WORK}/module.pcm)

  execute_process(COMMAND sh ${LIBRARY}/tests/headers/public_names.sh list OUTPUT_VARIABLE names COMMAND_ERROR_IS_FATAL ANY)
  # Of ranks it has nothing, as public_names.sh says.
  string(REGEX REPLACE "[^\n]* include/parallel_task/(machines/[^\n]*|forked[.]hpp|mpi[.]hpp)\n" "" names "${names}")
  string(REGEX MATCHALL "[^\n ]+ [^\n ]+ - " names "${names}") # kind, name, of no class
  list(TRANSFORM names REPLACE ".* (.*) - " "using parallel_task::\\1")
  list(LENGTH names count)
  list(JOIN names ";\n" names)
  if(count LESS 200)
    message(FATAL_ERROR "only ${count} public names were found")
  endif()
  file(WRITE ${WORK}/names.cpp "import parallel_task;\nnamespace all {\n${names};\n}\n")
  run(${clang} -ferror-limit=0 -fsyntax-only ${WORK}/names.cpp)

  run(${clang} ${CMAKE_CURRENT_LIST_DIR}/importer.cpp ${WORK}/module.pcm -ldl -o ${WORK}/consumer)
  run(${WORK}/consumer)
endfunction()

function(install_port port) # and where else what it fetches is found, the repository, the commit; or FEATURES
  set(features "")
  if(ARGV1 STREQUAL FEATURES)
    set(features ${ARGV2})
    unset(ARGV1)
    unset(ARGV2)
  endif()
  run(${CMAKE_COMMAND} -D PORT_DIR=${port} -D PACKAGES=${WORK}/installed -D WORK=${WORK}/vcpkg -D GENERATOR=${GENERATOR}
      -D CXX=${CXX} -D FEATURES=${features} -D URL_IS=${ARGV1} -D REF_IS=${ARGV2} -P ${CMAKE_CURRENT_LIST_DIR}/../packaging/vcpkg.cmake)
endfunction()

# The port as vcpkg gets it out of a git registry: the baseline names the version, versions/ the tree, and the tree alone
# is unpacked. The registry is a repository made of these files; the library is the commit that the port names, or, in a
# checkout without its history, that repository's.
function(install_from_registry)
  set(registry ${WORK}/registry)
  set(git git -C ${registry} -c core.autocrlf=false -c commit.gpgsign=false -c user.name=test
      -c user.email=test@localhost)
  foreach(each CMakeLists.txt LICENSE include ports versions)
    file(COPY ${LIBRARY}/${each} DESTINATION ${registry})
  endforeach()
  run(git init --quiet ${registry})
  run(${git} add --all --force)
  run(${git} commit --quiet --message registry)

  file(READ ${registry}/versions/baseline.json baseline)
  string(JSON baseline GET "${baseline}" default parallel-task baseline)
  file(READ ${registry}/versions/p-/parallel-task.json versions)
  string(JSON count LENGTH "${versions}" versions)
  set(tree "")
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON version GET "${versions}" versions ${i} version)
    if(version STREQUAL baseline)
      string(JSON tree GET "${versions}" versions ${i} git-tree)
      break()
    endif()
  endforeach()
  run(${git} archive ${tree} -o ${WORK}/port.tar)
  file(ARCHIVE_EXTRACT INPUT ${WORK}/port.tar DESTINATION ${WORK}/port)

  file(STRINGS ${WORK}/port/portfile.cmake ref REGEX " REF ")
  string(REGEX MATCH "[0-9a-f]+$" ref "${ref}")
  execute_process(COMMAND git -C ${LIBRARY} cat-file -e ${ref}^{commit} RESULT_VARIABLE is_unknown ERROR_QUIET)
  if(is_unknown)
    message(STATUS "this checkout does not have the commit that the port fetches: another stands for it")
    execute_process(COMMAND git -C ${registry} rev-parse HEAD OUTPUT_VARIABLE ref OUTPUT_STRIP_TRAILING_WHITESPACE)
    install_port(${WORK}/port ${registry} ${ref})
  else()
    install_port(${WORK}/port ${LIBRARY} ${ref})
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
if(KIND STREQUAL copied_headers)
  file(COPY ${LIBRARY}/include/parallel_task DESTINATION ${WORK}/copied)
  build_by_hand(-I ${WORK}/copied)
elseif(KIND STREQUAL single_header)
  file(COPY ${LIBRARY}/single_include/parallel_task/parallel_task.hpp DESTINATION ${WORK}/copied/parallel_task)
  build_by_hand(-I ${WORK}/copied)
elseif(KIND STREQUAL pkg_config)
  install_and_move(${WORK}/installed)
  file(GLOB_RECURSE pc_file ${WORK}/installed/*.pc) # in lib, lib64 or whatever the system calls it
  get_filename_component(pc_folder ${pc_file} DIRECTORY)
  set(ENV{PKG_CONFIG_LIBDIR} ${pc_folder})
  find_program(PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
  run(${PKG_CONFIG} --exact-version=${VERSION} parallel_task)
  foreach(what cflags libs)
    execute_process(COMMAND ${PKG_CONFIG} --${what} parallel_task OUTPUT_VARIABLE ${what} COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(${what} UNIX_COMMAND "${${what}}")
  endforeach()
  set(libraries ${libs})
  build_by_hand(${cflags})
elseif(KIND STREQUAL compiled)
  build_compiled()
elseif(KIND STREQUAL vcpkg_compiled)
  install_port(${LIBRARY}/ports/parallel-task FEATURES compiled)
  build_by_cmake(compiled)
elseif(KIND STREQUAL meson)
  build_by_meson()
elseif(KIND STREQUAL bazel)
  build_by_bazel()
elseif(KIND STREQUAL module)
  build_module()
elseif(KIND STREQUAL mpi_component AND NOT HAS_MPI)
  message("skipped: there is no MPI")
else()
  if(KIND MATCHES "^(find_package|mpi_component)$")
    install_and_move(${WORK}/installed)
  elseif(KIND STREQUAL vcpkg_overlay)
    install_port(${LIBRARY}/ports/parallel-task)
  elseif(KIND STREQUAL vcpkg_registry)
    install_from_registry()
  endif()
  build_by_cmake()
endif()
