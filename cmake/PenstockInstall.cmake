# install() and find_package(penstock). Users link penstock::penstock, or a lower layer alone.
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY PENSTOCK_MODULES)
get_property(include_directories GLOBAL PROPERTY PENSTOCK_INCLUDE_DIRECTORIES)

foreach(directory ${include_directories})
  install(DIRECTORY ${directory}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          FILES_MATCHING PATTERN "*.h")
endforeach()
foreach(aggregate engine net)
  set_target_properties(penstock_${aggregate} PROPERTIES EXPORT_NAME ${aggregate})
endforeach()
set_target_properties(penstock_kernels PROPERTIES EXPORT_NAME kernels)
install(TARGETS ${modules} penstock_engine penstock_net EXPORT penstock_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT penstock_targets NAMESPACE penstock:: FILE penstock-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/penstock-config.cmake.in
  ${PROJECT_BINARY_DIR}/penstock-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/penstock-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/penstock-config.cmake
              ${PROJECT_BINARY_DIR}/penstock-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/penstock/examples
        FILES_MATCHING PATTERN "*.sql")
