# Builds and runs the consumer of this folder in one of three ways. -D KIND LIBRARY LIBRARY_BUILD WORK GENERATOR CXX
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "failed: ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
if(KIND STREQUAL find_package)
  run(${CMAKE_COMMAND} --install ${LIBRARY_BUILD} --prefix ${WORK}/installed)
endif()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${CXX} -D KIND=${KIND}
    -D LIBRARY=${LIBRARY} -D CMAKE_PREFIX_PATH=${WORK}/installed --no-warn-unused-cli)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)

# Nothing but the library may have come along.
file(STRINGS ${WORK}/build/CMakeCache.txt strangers REGEX "^(Catch2|benchmark)_DIR")
if(strangers)
  message(FATAL_ERROR "the library looked for what only its own tests need: ${strangers}")
endif()
