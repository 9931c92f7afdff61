# procd_room(NAME): a static library of all .cpp files in this directory except main.cpp, with its
# headers. With PROCD_UNITY all its files are compiled as one unit, which halves the time of a
# build (presets release and ci-asan). Other builds compile each file by itself, so that a missing
# include is noticed.
function(procd_room name)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
  add_library(${name} STATIC ${sources})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  target_link_libraries(${name} PUBLIC procd_options)
  if(PROCD_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    set_source_files_properties(${sources} PROPERTIES UNITY_GROUP ${name})
  endif()
endfunction()

# procd_program(NAME): a program that is installed. It is built into bin/.
function(procd_program name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()
