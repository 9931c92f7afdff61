// Facts about this process.
#pragma once

#include "supervisor/os/result.hpp"

#include <map>
#include <string>

namespace os {

int current_pid();
int parent_pid();
unsigned effective_uid();
// The working directory without symbolic links. Empty when it does not exist any more.
std::string current_directory();
// The working directory by the path that the user took, with links: $PWD if that is right,
// otherwise current_directory().
std::string logical_directory();
std::map<std::string, std::string> current_environment();

// The name of this process as tools such as ps and top show it; at most 15 bytes count.
void name_this_process(std::string const& name);
// From now on no program that this process executes gains rights by its file's set-user-ID bit.
void give_up_new_rights();

// Ends the program with this exit status. It flushes stdio and frees nothing, because the kernel
// takes back memory and descriptors faster than destructors do. In a build with a sanitizer it
// returns, because a sanitizer checks that everything is freed. There it blocks every signal first:
// a Ctrl-C during the long check would change the exit status.
void end_without_cleanup(int code);
// The same in every build, for an end by an internal error.
[[noreturn]] void end_at_once(int code);

} // namespace os
