# procd_room(NAME): a static library of all .cpp files in this directory except main.cpp, with its
# headers.
function(procd_room name)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
  if(NOT sources AND NOT headers)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(${name} PUBLIC procd_options)
endfunction()

# A program that is installed. The linker's file is replaced by a copy, as an installation would
# make it, because a copy starts and ends faster (by a tenth of the start of one process, measured
# on ext4 and Linux 6.18; presumably because it lies better in the page cache).
function(procd_program name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  set(program $<TARGET_FILE:${name}>)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND cp ${program} ${program}.copy
    COMMAND ${CMAKE_COMMAND} -E rename ${program}.copy ${program})
endfunction()
