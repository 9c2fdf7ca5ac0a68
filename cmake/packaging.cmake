# Debian packages by CPack: `arsia`, the program and what it reads, and `libarsia-dev`, to build others with.
# scripts/package.sh makes both.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME arsia)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR arsia)
set(CPACK_PACKAGE_CONTACT "The arsia developers <arsia@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL runtime dev)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME arsia)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "python3-h5py, python3-pandas, python3-matplotlib")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "openmpi-bin, python3-plotly")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "The command arsia, its catalogs, and a Python package over its run files.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libarsia-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
string(JOIN ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
  "arsia (= ${PROJECT_VERSION})" pkg-config libsystemc-dev libboost-program-options-dev libhdf5-dev zlib1g-dev libisal-dev
  libopenmpi-dev libyaml-cpp-dev nlohmann-json3-dev libfmt-dev libonnx-dev libpagmo-dev libprotobuf-dev
  protobuf-compiler)
set(CPACK_COMPONENT_DEV_DESCRIPTION
  "Headers, static libraries and CMake package of arsia: simulate from C++, add designs, searches, topologies.")

include(CPack)
