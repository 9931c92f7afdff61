# PROCD_SANITIZE is "address,undefined" or "thread". It applies to every target, so that the daemon
# itself is checked when the test suites drive it. The first finding ends the program.
set(PROCD_SANITIZE "" CACHE STRING "Sanitizers for all targets: address,undefined or thread")
if(PROCD_SANITIZE)
  add_compile_options(-fsanitize=${PROCD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PROCD_SANITIZE})
  if(PROCD_SANITIZE MATCHES "undefined")
    # This check opens a pipe to look at memory. Where tests have used up every descriptor that
    # fails, and the check reports an error.
    add_compile_options(-fno-sanitize=vptr)
    # Clang 14 cannot assemble its check of function pointers around a coroutine.
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-fno-sanitize=function)
    endif()
  endif()
endif()

# libFuzzer needs coverage data, so the libraries under test are built with it as well.
if(PROCD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PROCD_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
