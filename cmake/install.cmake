# What `cmake --install` installs, in two components: `runtime` is the program and what it reads, `dev` what other
# programs are built with (find_package(arsia), docs/extending.md).

# The program finds its catalogs beside it.
install(TARGETS arsia RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
foreach(layer workloads models topologies)
  install(DIRECTORY ${layer}/catalog DESTINATION ${CMAKE_INSTALL_DATADIR}/arsia/${layer} COMPONENT runtime)
endforeach()
install(DIRECTORY topologies/studies DESTINATION ${CMAKE_INSTALL_DATADIR}/arsia/topologies COMPONENT runtime)

# Where Debian's Python looks, if the prefix is /usr; elsewhere it is named in PYTHONPATH.
install(DIRECTORY analysis/arsia_analysis DESTINATION lib/python3/dist-packages COMPONENT runtime
        FILES_MATCHING PATTERN "*.py")

set(ARSIA_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/arsia)
install(TARGETS arsia_onnx EXPORT arsia)
install(EXPORT arsia NAMESPACE arsia:: FILE arsiaTargets.cmake DESTINATION ${ARSIA_PACKAGE_DIR} COMPONENT dev)

include(CMakePackageConfigHelpers)
set(ARSIA_DATA_DIR ${CMAKE_INSTALL_DATADIR}/arsia)
configure_package_config_file(cmake/arsiaConfig.cmake.in ${PROJECT_BINARY_DIR}/arsiaConfig.cmake
                              INSTALL_DESTINATION ${ARSIA_PACKAGE_DIR} PATH_VARS ARSIA_DATA_DIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/arsiaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/arsiaConfig.cmake ${PROJECT_BINARY_DIR}/arsiaConfigVersion.cmake
              cmake/installed_catalogs.cpp
        DESTINATION ${ARSIA_PACKAGE_DIR} COMPONENT dev)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/arsia RENAME copyright COMPONENT runtime)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libarsia-dev RENAME copyright COMPONENT dev)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libarsia-dev COMPONENT dev)
