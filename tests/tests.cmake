# How a folder of tests becomes a program, and its cases become ctest's.
#
# Catch's tags [concurrent], [process] and [crash] become labels of ctest, as in
# `ctest -L concurrent`.  A test that exits with 77 was skipped.
set(label_script ${CMAKE_CURRENT_LIST_DIR}/labels.cmake)
# Far more than any takes alone; the storms stop by themselves.
set(test_timeout 600)

# Builds test-NOUN and has its test cases found after each build.
function(add_test_program noun)
  if(TELAR_SANITIZE STREQUAL "thread")
    only_concurrent(sources ${ARGN})
  else()
    set(sources ${ARGN})
  endif()
  if(NOT sources)
    return()
  endif()

  set(target test-${noun})
  add_executable(${target} ${sources})
  # test_main is last, so that a sanitized copy of what it shares with the
  # tests (std::shared_ptr, say) is the one that is linked.
  target_link_libraries(${target} PRIVATE test_support telar::telar test_main)
  if(TELAR_SANITIZE)
    target_precompile_headers(${target} REUSE_FROM test_support)
  endif()
  find_test_cases(${noun})
endfunction()

# Has the cases of test-NOUN found after each build, and their labels.
function(find_test_cases noun)
  set(target test-${noun})
  include(Catch)
  catch_discover_tests(${target} TEST_PREFIX "${noun}/"
    PROPERTIES TIMEOUT ${test_timeout} SKIP_RETURN_CODE 77)

  set(labels ${CMAKE_CURRENT_BINARY_DIR}/${target}_labels.cmake)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -D program=$<TARGET_FILE:${target}>
      -D noun=${noun} -D output=${labels} -P ${label_script}
    BYPRODUCTS ${labels} VERBATIM)
  file(APPEND ${labels} "")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels})
endfunction()

# ThreadSanitizer sees nothing in a test of one thread: files of tests of which
# none is tagged [concurrent] are not worth their compilation.
function(only_concurrent result)
  set(tests)
  set(helpers)
  foreach(path ${ARGN})
    file(READ ${path} text)
    if(text MATCHES "\\[concurrent\\]")
      list(APPEND tests ${path})
    elseif(NOT text MATCHES "TEST_CASE")
      list(APPEND helpers ${path})
    endif()
  endforeach()
  if(tests)
    set(${result} ${tests} ${helpers} PARENT_SCOPE)
  else()
    set(${result} PARENT_SCOPE)
  endif()
endfunction()

# Scripts are tests, too, and a folder may have a CMakeLists.txt of its own.
# They find the programs in $TELAR_BIN, and the project and its build in
# $TELAR_SOURCE_DIR and $TELAR_BINARY_DIR.
function(add_test_scripts noun)
  if(TELAR_SANITIZE STREQUAL "thread")
    return()
  endif()
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${noun}/CMakeLists.txt)
    add_subdirectory(${noun})
    return()
  endif()
  foreach(path ${ARGN})
    get_filename_component(name ${path} NAME_WE)
    get_filename_component(extension ${path} EXT)
    string(REPLACE _ " " sentence ${name})
    set(interpreter bash)
    if(extension STREQUAL ".py")
      set(interpreter ${PYTHON3})
    endif()
    set(test "${noun}/${sentence}")
    add_test(NAME "${test}" COMMAND ${interpreter} ${path})
    set_tests_properties("${test}" PROPERTIES
      TIMEOUT ${test_timeout} SKIP_RETURN_CODE 77 LABELS script
      ENVIRONMENT "TELAR_BIN=${PROJECT_BINARY_DIR}/bin;\
TELAR_SOURCE_DIR=${PROJECT_SOURCE_DIR};\
TELAR_BINARY_DIR=${PROJECT_BINARY_DIR};\
TELAR_SANITIZE=${TELAR_SANITIZE};PYTHONDONTWRITEBYTECODE=1")
  endforeach()
endfunction()
