# Where each file is installed, and which packages are made.
include(GNUInstallDirs)

install(TARGETS procd procctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(FILES supervisor/control/openapi.json DESTINATION ${CMAKE_INSTALL_DATADIR}/procd)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} USE_SOURCE_PERMISSIONS
  PATTERN .procd EXCLUDE PATTERN .gitignore EXCLUDE PATTERN db.ready EXCLUDE PATTERN db.stuck EXCLUDE PATTERN load EXCLUDE PATTERN spool EXCLUDE PATTERN attempts EXCLUDE)

file(GLOB pages CONFIGURE_DEPENDS man/*.[1-8])
foreach(page IN LISTS pages)
  cmake_path(GET page FILENAME name)
  cmake_path(GET page EXTENSION LAST_ONLY section)
  string(REPLACE "." "man" section ${section})
  configure_file(${page} ${PROJECT_BINARY_DIR}/man/${name} @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/man/${name} DESTINATION ${CMAKE_INSTALL_MANDIR}/${section})
endforeach()

set(completions ${PROJECT_BINARY_DIR}/completions)
install(FILES ${completions}/procctl.bash RENAME procctl
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completions}/procctl.zsh RENAME _procctl
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${completions}/procctl.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR TGZ) # cmake/deb makes the Debian package
set(CPACK_PACKAGE_VENDOR "procd contributors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
include(CPack)
