#include "supervisor/core/fallback_place.hpp"

#include <string_view>

namespace core {

std::string fallback_parent(std::string const& runtime, unsigned uid)
{
    return runtime.empty() ? "/tmp/procd-" + std::to_string(uid) : runtime + "/procd";
}

std::string fallback_suffix(std::uint64_t device, std::uint64_t inode)
{
    // FNV-1a. It only has to tell the apps of one user apart.
    std::uint64_t hash = 0xcbf29ce484222325;
    for (char const c : std::to_string(device) + ':' + std::to_string(inode))
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::string text = "-";
    for (int shift = 60; shift >= 0; shift -= 4)
        text += "0123456789abcdef"[hash >> shift & 0xf];
    return text;
}

} // namespace core
