// This process: who and where it is.
#pragma once

#include "supervisor/os/result.hpp"

#include <map>
#include <string>

namespace os {

int current_pid();
int parent_pid();
unsigned effective_uid();
// The working directory, without links; empty when it is gone.
std::string current_directory();
// As the user came here, through links: $PWD, if that is where we are; else as above.
std::string logical_directory();
std::map<std::string, std::string> current_environment();

// Ends the program with this exit status, with stdio flushed and nothing freed: the kernel takes
// back memory and descriptors faster than destructors do. Returns in a build with a sanitizer,
// which wants to see everything freed.
void end_without_cleanup(int code);

} // namespace os
