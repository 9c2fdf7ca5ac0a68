# Flags that every target of the project shares.
add_library(arsia_flags INTERFACE)
target_compile_options(arsia_flags INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
if(ARSIA_WERROR)
  target_compile_options(arsia_flags INTERFACE -Werror)
endif()
if(ARSIA_SANITIZE)
  target_compile_options(arsia_flags INTERFACE -fsanitize=${ARSIA_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  target_link_options(arsia_flags INTERFACE -fsanitize=${ARSIA_SANITIZE})
endif()
if(ARSIA_COVERAGE)
  target_compile_options(arsia_flags INTERFACE --coverage)
  target_link_options(arsia_flags INTERFACE --coverage)
endif()

# arsia_layer(NAME SOURCES … HEADERS … [LINK … PUBLIC] [PRIVATE …]): the static library of one folder, installed as
# arsia::NAME. Headers are an explicit list: what is not listed is not part of the layer's interface.
function(arsia_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;HEADERS;LINK;PRIVATE" ${ARGN})
  add_library(arsia_${name} STATIC ${LAYER_SOURCES})
  add_library(arsia::${name} ALIAS arsia_${name})
  set_target_properties(arsia_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(arsia_${name} PUBLIC cxx_std_17)
  target_sources(arsia_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${LAYER_HEADERS})
  target_link_libraries(arsia_${name} PUBLIC ${LAYER_LINK} PRIVATE $<BUILD_INTERFACE:arsia_flags> ${LAYER_PRIVATE})
  install(TARGETS arsia_${name} EXPORT arsia
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
          FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/arsia COMPONENT dev)
endfunction()
