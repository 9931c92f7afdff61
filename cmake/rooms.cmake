# procd_room(NAME): a static library of every .cpp in this directory but main.cpp, with its headers.
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

# A program that is installed. A copy of what the linker has written, as an installation makes one,
# starts and ends faster than that (measured on ext4, Linux 6.18: a tenth of a start of one process;
# presumably by how it lies in the page cache). So a release is one already where it is built.
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
