// The parts of the preload library that makes calls fail.
#pragma once

#define _GNU_SOURCE

// Counts a call of this function, and tells whether it is one that fails. It sets errno then.
int fails(char const* name);

// Has each clone3 of this thread counted from now on. Where the kernel does not allow that, the
// file "REPORT.refused" is made.
void watch_clone3(char const* report);
