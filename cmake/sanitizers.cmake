# PROCD_SANITIZE=address,undefined or thread: for every target, tests included, so that the daemon
# itself is checked when the suites drive it. The first finding ends the program.
set(PROCD_SANITIZE "" CACHE STRING "Sanitizers for all targets: address,undefined or thread")
if(PROCD_SANITIZE)
  add_compile_options(-fsanitize=${PROCD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PROCD_SANITIZE})
  if(PROCD_SANITIZE MATCHES "undefined")
    # It opens a pipe to look at memory, and takes its failure for an error where tests have used up
    # every descriptor.
    add_compile_options(-fno-sanitize=vptr)
    # Clang 14 cannot assemble its check of function pointers around a coroutine.
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-fno-sanitize=function)
    endif()
  endif()
endif()

# libFuzzer looks at coverage, so the libraries under test are built for it as well.
if(PROCD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PROCD_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
