# CMake reads this before it chooses a generator: Ninja where there is no make.
if(CMAKE_HOST_UNIX AND NOT DEFINED ENV{CMAKE_GENERATOR})
  find_program(PARALLEL_TASK_MAKE NAMES gmake make smake)
  find_program(PARALLEL_TASK_NINJA NAMES ninja-build ninja samu)
  if(NOT PARALLEL_TASK_MAKE AND PARALLEL_TASK_NINJA)
    set(CMAKE_GENERATOR Ninja CACHE INTERNAL "there is no make")
  endif()
endif()
