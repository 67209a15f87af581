# As an overlay port it installs the checkout that it is part of. From the registry it comes alone and fetches one.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../.." ABSOLUTE)
if(NOT EXISTS "${SOURCE_PATH}/include/parallel_task/version.hpp")
    vcpkg_from_git(
        OUT_SOURCE_PATH SOURCE_PATH
        URL https://example.org/parallel_task.git # the address where the project is published
        REF 3ccb3bb9bcfed36f4da4990d0d6ad124947135aa
        HEAD_REF main
    )
endif()

set(compiled OFF)
if("compiled" IN_LIST FEATURES)
    if(VCPKG_LIBRARY_LINKAGE STREQUAL "dynamic")
        set(compiled SHARED)
    else()
        set(compiled STATIC)
    endif()
else()
    set(VCPKG_BUILD_TYPE release) # header-only port
endif()

vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DPARALLEL_TASK_BENCHMARKS=OFF
        -DPARALLEL_TASK_COMPILED=${compiled}
        -DPARALLEL_TASK_EXAMPLES=OFF
        -DPARALLEL_TASK_INSTALL=ON
        -DPARALLEL_TASK_TESTS=OFF
)

vcpkg_cmake_install()

vcpkg_cmake_config_fixup(PACKAGE_NAME parallel_task CONFIG_PATH lib/cmake/parallel_task)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE
    "${CURRENT_PACKAGES_DIR}/debug/include"
    "${CURRENT_PACKAGES_DIR}/debug/share"
    "${CURRENT_PACKAGES_DIR}/share/doc"
)

vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
