# The libraries that procd is built on. Boost has to be 1.81 or later; Debian 12 has that version
# beside an older default.
set(Boost_USE_STATIC_LIBS ${PROCD_STATIC})
find_package(Boost 1.81 REQUIRED COMPONENTS json container system filesystem)
find_package(Threads REQUIRED)
if(PROCD_TESTS)
  find_package(Catch2 REQUIRED)
endif()

# procd_header_only(NAME HEADER PACKAGE): a library of which only the headers are used, even if its
# package has a shared library too (as Debian's toml++, spdlog and fmt), because a release may need
# nothing but libc. The headers are searched where the package's configuration says, and then in the
# compiler's default directories.
function(procd_header_only name header package)
  find_package(${package} QUIET CONFIG)
  find_path(${name}_INCLUDE_DIR ${header} REQUIRED)
  mark_as_advanced(${name}_INCLUDE_DIR)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
endfunction()

procd_header_only(procd_toml toml++/toml.h tomlplusplus)
target_compile_definitions(procd_toml INTERFACE TOML_HEADER_ONLY=1)

procd_header_only(procd_cli11 CLI/CLI.hpp CLI11)

procd_header_only(procd_spdlog spdlog/spdlog.h spdlog)
target_compile_definitions(procd_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY=1)
target_link_libraries(procd_spdlog INTERFACE Threads::Threads)

# libuv. The static archive is preferred, because a release may need nothing but libc. (Debian 12
# calls it uv_a.)
find_path(procd_uv_INCLUDE_DIR uv.h REQUIRED)
if(PROCD_STATIC)
  find_library(procd_uv_LIBRARY NAMES libuv_a.a libuv.a uv REQUIRED)
else()
  find_library(procd_uv_LIBRARY NAMES uv REQUIRED)
endif()
mark_as_advanced(procd_uv_INCLUDE_DIR procd_uv_LIBRARY)
add_library(procd_uv INTERFACE)
target_include_directories(procd_uv SYSTEM INTERFACE ${procd_uv_INCLUDE_DIR})
target_link_libraries(procd_uv INTERFACE ${procd_uv_LIBRARY} ${CMAKE_DL_LIBS} Threads::Threads)
