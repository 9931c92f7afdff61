#include "supervisor/os/cgroup_mount.hpp"

#include <optional>
#include <vector>

namespace os {
namespace {

std::string_view next_line(std::string_view& rest)
{
    auto const end = rest.find('\n');
    std::string_view const line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> all;
    while (!line.empty()) {
        auto const space = line.find(' ');
        all.push_back(line.substr(0, space));
        line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
    }
    return all;
}

// Decodes a path of mountinfo. The kernel writes blank, tab, newline and backslash as a backslash
// and three octal digits.
std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 3 < text.size()) {
            plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 +
                                       (text[at + 3] - '0'));
            at += 3;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

// The path of the process in the unified hierarchy, from the line "0::PATH".
std::optional<std::string_view> unified_path(std::string_view cgroup)
{
    while (!cgroup.empty())
        if (auto const line = next_line(cgroup); line.starts_with("0::/"))
            return line.substr(3);
    return std::nullopt;
}

// The part of `path` that lies below `root`, or nothing when it does not. `root` is the part of the
// hierarchy that the mount shows.
std::optional<std::string_view> below(std::string_view path, std::string_view root)
{
    if (root == "/")
        return path;
    if (!path.starts_with(root))
        return std::nullopt;
    path.remove_prefix(root.size());
    if (!path.empty() && path.front() != '/')
        return std::nullopt;
    return path;
}

} // namespace

// A line of mountinfo is: id parent dev root mountpoint options [tags…] - type source options
std::string own_cgroup_directory(std::string_view mountinfo, std::string_view cgroup)
{
    auto const path = unified_path(cgroup);
    if (!path)
        return {};
    while (!mountinfo.empty()) {
        auto const fields = words(next_line(mountinfo));
        std::size_t dash = 6;
        while (dash < fields.size() && fields[dash] != "-")
            ++dash;
        if (dash + 1 >= fields.size() || fields[dash + 1] != "cgroup2")
            continue;
        auto const rest = below(*path, unescaped(fields[3]));
        if (!rest)
            continue;
        std::string directory = unescaped(fields[4]) + std::string{*rest};
        while (directory.size() > 1 && directory.back() == '/')
            directory.pop_back();
        return directory;
    }
    return {};
}

} // namespace os
