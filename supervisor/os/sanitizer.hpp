// Defines OS_SANITIZED in a build with a sanitizer that watches memory. Such a build must not let a
// child write to procd's memory, and has to free everything at the end.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define OS_SANITIZED 1
#endif
#endif
