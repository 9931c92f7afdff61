#include "supervisor/os/launch.hpp"

#include <algorithm>
#include <charconv>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace os {
namespace {

// A text such as "1000" as a uid. Nothing for a name.
std::optional<uid_t> as_number(std::string const& text)
{
    uid_t uid = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), uid);
    if (text.empty() || ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return uid;
}

std::vector<unsigned> groups_of(char const* name, gid_t gid)
{
    std::vector<gid_t> groups(32);
    for (;;) {
        int count = static_cast<int>(groups.size());
        if (::getgrouplist(name, gid, groups.data(), &count) >= 0) {
            groups.resize(static_cast<std::size_t>(count));
            return {groups.begin(), groups.end()};
        }
        groups.resize(std::max(groups.size() * 2, static_cast<std::size_t>(count)));
    }
}

} // namespace

result<user_identity> find_user(std::string const& name_or_uid)
{
    auto const number = as_number(name_or_uid);
    std::vector<char> buffer(1024);
    passwd entry{};
    passwd* found = nullptr;
    int error = ERANGE;
    while (error == ERANGE || error == EINTR) {
        error = number ? ::getpwuid_r(*number, &entry, buffer.data(), buffer.size(), &found)
                       : ::getpwnam_r(name_or_uid.c_str(), &entry, buffer.data(), buffer.size(),
                                      &found);
        if (error == ERANGE)
            buffer.resize(buffer.size() * 2);
    }
    if (found != nullptr)
        return user_identity{found->pw_name, found->pw_uid,
                             found->pw_gid,  groups_of(found->pw_name, found->pw_gid),
                             found->pw_dir,  found->pw_shell};
    // The kernel accepts a number that no user has. The group is then the same number.
    if (number)
        return user_identity{name_or_uid, *number, *number, {*number}, "/", "/bin/sh"};
    return error_of(error == 0 ? ENOENT : error);
}

result<unsigned> find_group(std::string const& name_or_gid)
{
    if (auto const number = as_number(name_or_gid))
        return *number;
    std::vector<char> buffer(1024);
    group entry{};
    group* found = nullptr;
    int error = ERANGE;
    while (error == ERANGE || error == EINTR) {
        error = ::getgrnam_r(name_or_gid.c_str(), &entry, buffer.data(), buffer.size(), &found);
        if (error == ERANGE)
            buffer.resize(buffer.size() * 2);
    }
    if (found != nullptr)
        return found->gr_gid;
    return error_of(error == 0 ? ENOENT : error);
}

} // namespace os
