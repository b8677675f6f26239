# penstock_module(NAME name SOURCES … DEPENDS … [PRIVATE_DEPENDS …])
#
# A module is one folder: include/ is what others may see, the rest is its own. It sees the headers
# of the modules it DEPENDS on and no others, because nothing else is on its include path; that is
# how the layers of docs/ARCHITECTURE.md are enforced.
function(penstock_module)
  cmake_parse_arguments(M "" "NAME" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  set(target penstock_${M_NAME})
  add_library(${target} STATIC ${M_SOURCES})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${M_DEPENDS}
                        PRIVATE ${M_PRIVATE_DEPENDS} $<BUILD_INTERFACE:penstock_flags>)
  set_property(GLOBAL APPEND PROPERTY PENSTOCK_MODULES ${target})
  set_property(GLOBAL APPEND PROPERTY PENSTOCK_INCLUDE_DIRECTORIES
               ${CMAKE_CURRENT_SOURCE_DIR}/include)
endfunction()

# penstock_test(NAME name SOURCES … DEPENDS … [LABELS …]) — a GoogleTest program, one ctest entry a
# program.
function(penstock_test)
  cmake_parse_arguments(T "" "NAME;TIMEOUT" "SOURCES;DEPENDS;LABELS;ENVIRONMENT" ${ARGN})
  add_executable(test_${T_NAME} ${T_SOURCES})
  target_link_libraries(test_${T_NAME} PRIVATE ${T_DEPENDS} penstock_flags GTest::gtest GTest::gtest_main)
  target_include_directories(test_${T_NAME} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  add_test(NAME ${T_NAME} COMMAND test_${T_NAME})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  set_tests_properties(${T_NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}"
                       ENVIRONMENT "${T_ENVIRONMENT}")
endfunction()
