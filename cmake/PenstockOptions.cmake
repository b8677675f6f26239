# Options of the build, and the flags that every target of ours gets.
option(PENSTOCK_DEVELOPER_MODE "Warnings are errors; for who changes Penstock" OFF)
option(PENSTOCK_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(PENSTOCK_BUILD_BENCHES "Build the benches" ${PROJECT_IS_TOP_LEVEL})
option(PENSTOCK_BUILD_FUZZERS "Build the libFuzzer targets (clang)" OFF)
option(PENSTOCK_ASSERTIONS "Keep assertions in builds with NDEBUG" OFF)
set(PENSTOCK_SANITIZE "" CACHE STRING "-fsanitize= of every target: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endif()

include(GNUInstallDirs)
find_program(PENSTOCK_CCACHE ccache)
if(PENSTOCK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${PENSTOCK_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PENSTOCK_CCACHE})
endif()

# Flags of our own targets only: they are private, so a user's targets keep theirs.
add_library(penstock_flags INTERFACE)
target_compile_options(penstock_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -fno-math-errno -fstack-protector-strong>)
target_compile_definitions(penstock_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(PENSTOCK_ASSERTIONS)
  target_compile_definitions(penstock_flags INTERFACE PENSTOCK_ASSERTIONS)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo" AND NOT PENSTOCK_SANITIZE)
  target_compile_options(penstock_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
target_link_options(penstock_flags INTERFACE -Wl,-z,relro,-z,now)
if(PENSTOCK_DEVELOPER_MODE)
  target_compile_options(penstock_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror>)
endif()
if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_flags INTERFACE -fsanitize=${PENSTOCK_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(penstock_flags INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()
