# Run after a test program is built: asks it which of its cases have a tag that
# is a label, and writes that down for ctest.
#   cmake -D program=… -D noun=… -D output=… -P labels.cmake
cmake_minimum_required(VERSION 3.22)

set(labelled)
foreach(label concurrent crash process)
  execute_process(COMMAND ${program} [${label}] --list-test-names-only
    OUTPUT_VARIABLE names OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" names "${names}")
  foreach(name ${names})
    list(APPEND labelled "${name}")
    string(MD5 id "${name}")
    list(APPEND labels_${id} ${label})
  endforeach()
endforeach()
list(REMOVE_DUPLICATES labelled)

set(script "")
foreach(name ${labelled})
  string(MD5 id "${name}")
  string(APPEND script "set_tests_properties([==[${noun}/${name}]==] "
    "PROPERTIES LABELS \"${labels_${id}}\")\n")
endforeach()
file(WRITE ${output} "${script}")
