// Where the state of an app is when its root cannot be written. procd makes the directory there,
// and procctl looks for it.
#pragma once

#include <cstdint>
#include <string>

namespace core {

// The directory that holds the state directories of a user's apps. `runtime` is $XDG_RUNTIME_DIR,
// or empty if that is not set or does not belong to the user.
std::string fallback_parent(std::string const& runtime, unsigned uid);

// The end of such a state directory's name, "-HASH". It belongs to one directory on this machine.
std::string fallback_suffix(std::uint64_t device, std::uint64_t inode);

} // namespace core
