# The language, warnings and hardening of procd's own targets. A target gets them by linking
# procd_options.
add_library(procd_options INTERFACE)
target_include_directories(procd_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(procd_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual
  -Wimplicit-fallthrough -Wswitch-enum -Wundef -Wformat=2
  -Wno-missing-field-initializers # members may be left out of {.name = value} on purpose
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety -Wloop-analysis>)
# gcc 12 reports overlapping copies in its own std::string (gcc bug 105651), and mismatched new and
# delete for the frame of a coroutine.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(procd_options INTERFACE -Wno-restrict
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
endif()

# In sanitized code gcc takes variables for uninitialized that are not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND PROCD_SANITIZE)
  target_compile_options(procd_options INTERFACE -Wno-maybe-uninitialized
    # gcc reports mismatched new and delete for the frame of a coroutine.
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
endif()

# In a unit of many files a name of one file hides that of another, and names without linkage look
# as if they stood in a header. Neither is a fault there. Builds of separate files keep both
# warnings.
if(PROCD_UNITY)
  target_compile_options(procd_options INTERFACE -Wno-shadow
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()

# Checks of the standard library. They are cheap enough for every build that is not a release.
option(PROCD_ASSERTIONS "Check the standard library's preconditions in a release too (CI)" OFF)
target_compile_definitions(procd_options INTERFACE
  $<$<OR:$<CONFIG:Debug>,$<BOOL:${PROCD_ASSERTIONS}>>:_GLIBCXX_ASSERTIONS>)

# Hardening. A build with sanitizers goes without, because sanitizers bring checks of their own that
# conflict with it.
if(NOT PROCD_SANITIZE)
  target_compile_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection>)
  target_link_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wl,-z,relro,-z,now>)
endif()

# -O2 rather than -O3, which makes the code an eighth larger and none of the benchmarks faster.
target_compile_options(procd_options INTERFACE $<$<CONFIG:Release>:-O2>)

# Functions that nothing refers to are left out. They are a sixth of procd, and would take memory
# between the others.
target_compile_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:
  -ffunction-sections -fdata-sections>)
target_link_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wl,--gc-sections>)

# Programs are position-independent. None of the archives ever becomes part of a shared library.
target_compile_options(procd_options INTERFACE -fPIE)
target_link_options(procd_options INTERFACE -pie)

# A release needs nothing but libc: procd's libraries are archives, and the compiler's are linked
# statically.
if(PROCD_STATIC AND NOT PROCD_SANITIZE)
  target_link_options(procd_options INTERFACE -static-libstdc++ -static-libgcc)
endif()
