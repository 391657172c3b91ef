# Installs the library, so that find_package(telar CONFIG) and pkg-config find
# it wherever the prefix is moved to.  No component of the tests, demos or
# benchmarks is installed.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/telar)

install(TARGETS telar EXPORT telarTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/telar
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
if(TARGET telar_cli)
  install(TARGETS telar_cli)
endif()

install(EXPORT telarTargets NAMESPACE telar:: DESTINATION ${package_dir})
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/telarConfig.cmake.in
  ${PROJECT_BINARY_DIR}/telarConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/telarConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(
  FILES
    ${PROJECT_BINARY_DIR}/telarConfig.cmake
    ${PROJECT_BINARY_DIR}/telarConfigVersion.cmake
  DESTINATION ${package_dir})

# The way from the .pc file to the prefix; the length depends on LIBDIR.
file(RELATIVE_PATH up_to_prefix
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/telar.pc.in
  ${PROJECT_BINARY_DIR}/telar.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/telar.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
