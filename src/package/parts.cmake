# A part is a library of its own beside the core: include/telar/NAME.hpp,
# src/NAME/ (none: headers only), the target telar::NAME, and for those who
# have installed it find_package(telar COMPONENTS NAME).
set(telar_parts)

# telar_part(NAME [PARTS part…] [PACKAGES package…] [LIBRARIES target…])
# PARTS are the parts that it stands on; PACKAGES, the arguments of find_package
# in one string each, are looked for here and by whoever uses the installed part;
# LIBRARIES are linked.
function(telar_part name)
  cmake_parse_arguments(part "" "" "PARTS;PACKAGES;LIBRARIES" ${ARGN})
  foreach(package ${part_PACKAGES})
    string(REPLACE " " ";" package "${package}")
    find_package(${package} REQUIRED)
  endforeach()
  list(TRANSFORM part_PARTS PREPEND telar::)

  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  set(target telar_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:telar_dev>
      PUBLIC telar ${part_PARTS} ${part_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE
      telar ${part_PARTS} ${part_LIBRARIES})
  endif()
  add_library(telar::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  set(telar_parts ${telar_parts} ${name} PARENT_SCOPE)

  set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/telar)
  install(TARGETS ${target} EXPORT telar-${name}-targets)
  install(EXPORT telar-${name}-targets NAMESPACE telar::
    DESTINATION ${package_dir})
  set(config ${PROJECT_BINARY_DIR}/telar-${name}.cmake)
  file(WRITE ${config} "include(CMakeFindDependencyMacro)\n")
  foreach(package ${part_PACKAGES})
    file(APPEND ${config} "find_dependency(${package})\n")
  endforeach()
  foreach(below ${part_PARTS})
    string(REPLACE "telar::" "" below ${below})
    file(APPEND ${config} "include(\${CMAKE_CURRENT_LIST_DIR}/"
      "telar-${below}.cmake)\n")
  endforeach()
  file(APPEND ${config} "include(\${CMAKE_CURRENT_LIST_DIR}/"
    "telar-${name}-targets.cmake)\nset(telar_${name}_FOUND TRUE)\n")
  install(FILES ${config} DESTINATION ${package_dir})
endfunction()
