# What runs under sanitizers, and what else is Clang's; included by CMakeLists.txt.
#
#   tests_clang    sources, stages, terminals and algorithms, plain: where `tests` is GCC's, and Clang is there
#   tests_tsan     what knows threads, under ThreadSanitizer; tests_tsan_structure: what of it nests deepest
#   tests_asan     the same, under AddressSanitizer and UndefinedBehaviorSanitizer
#   faults         what fails when it must: an operator new of its own; under AddressSanitizer, and once more
#   faults_tsan    under ThreadSanitizer, on atomics that dawdle
#   soak_tsan, soak_asan   everything at once beside a watchdog
#   explore_delays, explore_structure_delays   the controller and nested calls, joins and scopes, on atomics that dawdle
#
# Clang compiles instrumented code in less than half of GCC's time (with both sanitizers stress/lifetimes.cpp 24 s, not
# 61), and finds what is wrong with Clang. So where the tests' own compiler is GCC, Clang makes these binaries in a build
# inside this one, PARALLEL_TASK_SANITIZED_ONLY, and they lie where they would without it. tests/long.sh
# (PARALLEL_TASK_SANITIZE_EVERYTHING) puts every test under every sanitizer, by GCC.
#
# These four are instantiated most, and Clang takes three fifths of GCC's time for them. GCC sees their code in the random
# pipelines, the contract, docs/ and all other tests of `tests`; in tests/long.sh, their own tests too.
#
# Under a sanitizer a process takes 30 to 70 ms of CPU before it has run anything, and there are a thousand cases: every
# file of tests_tsan and tests_asan is one process. In `tests` every case has a process of its own, and in tests/long.sh
# also under GCC's sanitizers.

sources_of(clang_tests source stage terminal algorithm)

set(clang_is_usable)
if(NOT PARALLEL_TASK_SANITIZED_ONLY
   AND NOT PARALLEL_TASK_SANITIZE_EVERYTHING
   AND CMAKE_CXX_COMPILER_ID STREQUAL GNU
   AND PARALLEL_TASK_CLANG)
  set(program ${CMAKE_CURRENT_BINARY_DIR}/probe_clang)
  file(WRITE ${program}.cpp "#include <ranges>\nint main() {}\n")
  execute_process(
    COMMAND ${PARALLEL_TASK_CLANG} -std=c++20 -fsanitize=thread ${program}.cpp -o ${program}
    RESULT_VARIABLE failed
    OUTPUT_QUIET ERROR_QUIET)
  if(failed EQUAL 0)
    set(clang_is_usable ON)
  endif()
endif()

if(clang_is_usable)
  include(ExternalProject)
  set(inner ${PROJECT_BINARY_DIR}/sanitized)
  set(handed_on)
  foreach(variable CMAKE_BUILD_TYPE CMAKE_CXX_FLAGS CMAKE_CXX_FLAGS_DEBUG CMAKE_CXX_COMPILER_LAUNCHER
                   CMAKE_COMPILE_WARNING_AS_ERROR CMAKE_MAKE_PROGRAM Catch2_DIR)
    if(${variable})
      list(APPEND handed_on "-D${variable}:STRING=${${variable}}")
    endif()
  endforeach()
  if(catch2_SOURCE_DIR)
    list(APPEND handed_on "-DFETCHCONTENT_SOURCE_DIR_CATCH2:PATH=${catch2_SOURCE_DIR}")
  endif()
  ExternalProject_Add(
    sanitized
    SOURCE_DIR ${PROJECT_SOURCE_DIR}
    BINARY_DIR ${inner}
    PREFIX ${CMAKE_CURRENT_BINARY_DIR}/sanitized
    CMAKE_ARGS ${handed_on}
               -DCMAKE_CXX_COMPILER:STRING=${PARALLEL_TASK_CLANG}
               -DCMAKE_RUNTIME_OUTPUT_DIRECTORY:PATH=${CMAKE_CURRENT_BINARY_DIR}
               -DPARALLEL_TASK_TESTS:BOOL=ON
               -DPARALLEL_TASK_EXAMPLES:BOOL=OFF
               -DPARALLEL_TASK_SANITIZED_ONLY:BOOL=ON
               -DPARALLEL_TASK_TESTS_MAIN:STRING=$<TARGET_OBJECTS:tests_main>
    INSTALL_COMMAND ""
    DEPENDS tests_main
    BUILD_ALWAYS ON
    USES_TERMINAL_BUILD ON)
  # Its tests are this build's.
  file(
    WRITE ${CMAKE_CURRENT_BINARY_DIR}/sanitized_tests.cmake
    "if(EXISTS \"${inner}/tests/CTestTestfile.cmake\")
  include(\"${inner}/tests/CTestTestfile.cmake\")
else()
  add_test(sanitized_NOT_BUILT sanitized_NOT_BUILT)
endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/sanitized_tests.cmake)
  list(REMOVE_ITEM all_tests ${clang_tests})
  return()
endif()

if(PARALLEL_TASK_SANITIZED_ONLY)
  add_tests(tests_clang LABEL plain SOURCES ${clang_tests} OPTIONS ${plain_options})
  target_compile_definitions(tests_clang PRIVATE ${shuffled})
  target_precompile_headers(tests_clang PRIVATE ${precompiled})
endif()

set(random_pipelines)
if(PARALLEL_TASK_SANITIZE_EVERYTHING)
  set(tsan_tests ${all_tests})
  set(asan_tests ${all_tests})
  set(random_pipelines RANDOM_PIPELINES)
else()
  sources_of(tsan_tests ${shared_layers} stress)
  sources_of(asan_tests ${shared_layers} stress)
  # What reads bytes that others have sent.
  foreach(each errors exchange messages wire)
    list(APPEND asan_tests ${CMAKE_CURRENT_SOURCE_DIR}/machines/${each}.cpp)
  endforeach()
  list(APPEND tsan_tests ${CMAKE_CURRENT_SOURCE_DIR}/machines/exchange.cpp) # ranks that are threads
endif()
# AddressSanitizer sees best what is read after its end, and this file takes long to compile.
if(NOT PARALLEL_TASK_SANITIZE_EVERYTHING AND NOT PARALLEL_TASK_ASAN STREQUAL missing)
  list(FILTER tsan_tests EXCLUDE REGEX stress/lifetimes.cpp)
endif()

sources_of(fault_tests faults)
list(APPEND fault_tests support/allocations.cpp)
set(dawdling "PARALLEL_TASK_SEAM=\"support/delays.hpp\"")

if(PARALLEL_TASK_TSAN STREQUAL missing)
  add_test(NAME tsan COMMAND sh -c "exit 77")
  set_tests_properties(tsan PROPERTIES SKIP_RETURN_CODE 77)
  add_tests(explore_delays LABEL explore SOURCES explore/delays.cpp OPTIONS -O0)
  add_tests(explore_structure_delays LABEL explore SOURCES explore/structure_delays.cpp OPTIONS -O0)
else()
  # Without optimisation Clang compiles it in 75 s instead of 205, and it runs for 73 s instead of 37 (of CPU). Not what
  # nests as deep as the stack of optimised code reaches; nor by GCC, for which orders of atomics are then no constants.
  set(tsan_effort)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND NOT PARALLEL_TASK_SANITIZE_EVERYTHING)
    set(tsan_effort -O0)
    set(nested_tests ${tsan_tests})
    list(FILTER nested_tests INCLUDE REGEX "/tests/structure/")
    list(FILTER tsan_tests EXCLUDE REGEX "/tests/structure/")
    add_tests(tests_tsan_structure BY_FILE LABEL tsan RUNNER "${PARALLEL_TASK_TSAN}" SOURCES ${nested_tests}
              OPTIONS ${tsan_flags})
  endif()
  add_tests(
    tests_tsan
    BY_FILE
    LABEL tsan
    RUNNER "${PARALLEL_TASK_TSAN}"
    SOURCES ${tsan_tests}
    OPTIONS ${tsan_flags} ${tsan_effort})
  target_precompile_headers(tests_tsan PRIVATE ${precompiled})
  add_soak(_tsan ${random_pipelines} RUNNER "${PARALLEL_TASK_TSAN}" OPTIONS ${tsan_flags})
  if(NOT tsan_effort)
    target_precompile_headers(soak_tsan REUSE_FROM tests_tsan)
  endif()

  set(faults_tsan_tests ${fault_tests})
  if(NOT PARALLEL_TASK_SANITIZE_EVERYTHING)
    list(FILTER faults_tsan_tests EXCLUDE REGEX faults/terminals.cpp)
  endif()
  add_tests(
    faults_tsan
    LABEL faults_tsan
    RUNNER "${PARALLEL_TASK_TSAN}"
    SOURCES ${faults_tsan_tests}
    OPTIONS ${tsan_flags} -O0)
  target_compile_definitions(faults_tsan PRIVATE ${dawdling})
  target_precompile_headers(faults_tsan PRIVATE ${precompiled})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # Its operator new would be beside that of Clang's runtime, which is in the program unless it is shared.
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libclang_rt.tsan-${CMAKE_SYSTEM_PROCESSOR}.so
                    OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
    cmake_path(GET runtime PARENT_PATH runtime)
    target_link_options(faults_tsan PRIVATE -shared-libsan -Wl,-rpath,${runtime})
  endif()

  # Dawdling threads meet where orders matter: ThreadSanitizer says whether they do.
  add_tests(explore_delays LABEL explore RUNNER "${PARALLEL_TASK_TSAN}" SOURCES explore/delays.cpp OPTIONS ${tsan_flags})
  add_tests(explore_structure_delays LABEL explore RUNNER "${PARALLEL_TASK_TSAN}" SOURCES explore/structure_delays.cpp
            OPTIONS ${tsan_flags})
endif()

if(PARALLEL_TASK_ASAN STREQUAL missing)
  add_test(NAME asan COMMAND sh -c "exit 77")
  set_tests_properties(asan PROPERTIES SKIP_RETURN_CODE 77)
  add_tests(faults LABEL faults SOURCES ${fault_tests} OPTIONS -O0 -D_GLIBCXX_ASSERTIONS)
  target_precompile_headers(faults PRIVATE ${precompiled})
else()
  list(APPEND asan_flags -D_GLIBCXX_ASSERTIONS)
  add_tests(tests_asan BY_FILE LABEL asan RUNNER "${PARALLEL_TASK_ASAN}" SOURCES ${asan_tests} OPTIONS ${asan_flags})
  target_precompile_headers(tests_asan PRIVATE ${precompiled})
  add_soak(_asan ${random_pipelines} RUNNER "${PARALLEL_TASK_ASAN}" OPTIONS ${asan_flags})
  target_precompile_headers(soak_asan REUSE_FROM tests_asan)

  add_tests(faults LABEL faults RUNNER "${PARALLEL_TASK_ASAN}" SOURCES ${fault_tests} OPTIONS ${asan_flags})
  target_precompile_headers(faults REUSE_FROM tests_asan)
endif()
