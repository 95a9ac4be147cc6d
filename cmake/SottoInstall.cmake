# `cmake --install`: bin, lib/sotto, share/sotto work without the source; include/sotto and
# lib/cmake/sotto let other programs link the library (docs/examples/transcribe). The shared objects
# that are opened while running (datasets/media, datasets/text) install themselves into lib/sotto.
include(CMakePackageConfigHelpers)

install(TARGETS sotto RUNTIME DESTINATION bin)
install(TARGETS sotto_core EXPORT sotto LIBRARY DESTINATION lib/sotto)
install(DIRECTORY experiments/pretrained experiments/recipes share/ DESTINATION share/sotto)
install(FILES LICENSE README.md DESTINATION share/doc/sotto)

install(CODE "set(sotto_source \"${PROJECT_SOURCE_DIR}\")")
install(SCRIPT cmake/InstallHeaders.cmake)

set(sotto_package lib/cmake/sotto)
install(EXPORT sotto NAMESPACE sotto:: FILE sotto-targets.cmake DESTINATION ${sotto_package})
configure_file(cmake/sotto-config.cmake.in sotto-config.cmake @ONLY)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/sotto-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/sotto-config.cmake"
  "${PROJECT_BINARY_DIR}/sotto-config-version.cmake"
  DESTINATION ${sotto_package})
