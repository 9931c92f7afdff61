# Language, warnings and hardening for our own targets only: link procd_options.
add_library(procd_options INTERFACE)
target_include_directories(procd_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(procd_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual
  -Wimplicit-fallthrough -Wswitch-enum -Wundef -Wformat=2
  -Wno-missing-field-initializers # leaving members out of {.name = value} is what it is for
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety -Wloop-analysis>)
# gcc 12 sees overlapping copies in its own std::string (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(procd_options INTERFACE -Wno-restrict)
endif()

# What gcc makes of sanitized code looks uninitialized to gcc.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND PROCD_SANITIZE)
  target_compile_options(procd_options INTERFACE -Wno-maybe-uninitialized
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>) # its view of a coroutine's frame
endif()

# In a unit of many files a name of one hides that of another, and names without linkage look as if
# they stood in a header. Neither is a fault there; builds of separate files keep both warnings.
if(PROCD_UNITY)
  target_compile_options(procd_options INTERFACE -Wno-shadow
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()

# Checks of the standard library, cheap enough for every build that is not a release.
option(PROCD_ASSERTIONS "Check the standard library's preconditions in a release too (CI)" OFF)
target_compile_definitions(procd_options INTERFACE
  $<$<OR:$<CONFIG:Debug>,$<BOOL:${PROCD_ASSERTIONS}>>:_GLIBCXX_ASSERTIONS>)

# Hardening. Sanitizers bring their own and do not get on with it.
if(NOT PROCD_SANITIZE)
  target_compile_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection>)
  target_link_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wl,-z,relro,-z,now>)
endif()

# Not -O3: an eighth more of code would be in memory, and nothing that is measured is faster by it.
target_compile_options(procd_options INTERFACE $<$<CONFIG:Release>:-O2>)

# What nothing refers to is left out: a sixth of procd, and it would stay in memory between the rest.
target_compile_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:
  -ffunction-sections -fdata-sections>)
target_link_options(procd_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wl,--gc-sections>)

# Position-independent programs; none of our archives ever becomes part of a shared library.
target_compile_options(procd_options INTERFACE -fPIE)
target_link_options(procd_options INTERFACE -pie)

# A program that needs libc alone: our libraries are archives, the compiler's are put in too.
if(PROCD_STATIC AND NOT PROCD_SANITIZE)
  target_link_options(procd_options INTERFACE -static-libstdc++ -static-libgcc)
endif()
