# The few functions every CMakeLists.txt of Vernier is written with.

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)

# What every translation unit is compiled with.
add_library(vernier_options INTERFACE)
target_include_directories(vernier_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(vernier_options INTERFACE -Wall -Wextra -Wpedantic $<$<BOOL:${VERNIER_WERROR}>:-Werror>)
# GCC 12 sees overlapping copies in plain string concatenation and unset members in std::variant that are not there.
target_compile_options(vernier_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
target_compile_definitions(vernier_options INTERFACE VERNIER_VERSION="${PROJECT_VERSION}")

# core/ is held to the stricter set; ui/ meets Qt's own headers and leaves -Wconversion out.
add_library(vernier_core_options INTERFACE)
target_link_libraries(vernier_core_options INTERFACE vernier_options)
target_compile_options(vernier_core_options INTERFACE -Wshadow -Wconversion)

# vernier_core_library(NAME SOURCES a.cpp … DEPENDS base tensor … LIBRARIES fmt::fmt …)
# One stage of the pipeline as the target vernier_NAME (alias vernier::NAME). DEPENDS names earlier stages only: the link
# list is the proof of the architecture. LIBRARIES are public, PRIVATE_LIBRARIES do not show in the stage's headers.
function(vernier_core_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  add_library(vernier_${name} STATIC ${arg_SOURCES})
  add_library(vernier::${name} ALIAS vernier_${name})
  list(TRANSFORM arg_DEPENDS PREPEND vernier::)
  target_link_libraries(vernier_${name}
    PUBLIC vernier_options ${arg_DEPENDS} ${arg_LIBRARIES}
    PRIVATE vernier_core_options ${arg_PRIVATE_LIBRARIES})
endfunction()

# vernier_quick_to_compile(NAME HEADER…): a test program, which is compiled more often than it runs. Parsing the headers of
# test frameworks and optimising what they expand to takes longer than everything else in most tests.
function(vernier_quick_to_compile name)
  target_precompile_headers(${name} PRIVATE ${ARGN})
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  # GCC 12 forgets that precompiled standard headers are the system's, and warns of what it imagines inside std::string.
  target_compile_options(${name} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>)
endfunction()

# vernier_test(NAME [WHOLE] SOURCES a_test.cpp … DEPENDS base tensor …): one GoogleTest program of the core. WHOLE runs it as
# one test of CTest, for programs whose cases share something expensive.
function(vernier_test name)
  cmake_parse_arguments(arg "WHOLE" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_DEPENDS PREPEND vernier::)
  target_link_libraries(${name} PRIVATE vernier_options vernier_test_support ${arg_DEPENDS} ${arg_LIBRARIES}
    GTest::gtest_main GTest::gmock)
  vernier_quick_to_compile(${name} <gtest/gtest.h> <gmock/gmock.h>)
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 1500 ENVIRONMENT OMP_WAIT_POLICY=passive)
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300
      ENVIRONMENT OMP_WAIT_POLICY=passive)
  endif()
endfunction()
