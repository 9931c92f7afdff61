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

# A program that is installed. What the linker has written lies in the page cache in single pages, a
# copy of it, as an installation makes one, in larger pieces that are mapped and unmapped in fewer
# steps: then a build starts and ends as fast as what is installed.
function(procd_program name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set(program $<TARGET_FILE:${name}>)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND cp ${program} ${program}.copy
    COMMAND ${CMAKE_COMMAND} -E rename ${program}.copy ${program})
endfunction()
