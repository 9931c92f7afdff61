#include "supervisor/os/trusted_directory.hpp"

#include "supervisor/os/file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

namespace {

constexpr char const* system_logs = "/var/log";

enum class part { on_the_way, last };

// Tells whether somebody who is not root may put something else in the place of what is in the
// directory.
bool others_may_write(struct stat const& about, std::string const& path, part which)
{
    if (about.st_uid != 0)
        return true;
    bool const group = (about.st_mode & S_IWGRP) != 0 && about.st_gid != 0;
    bool const all = (about.st_mode & S_IWOTH) != 0;
    if (which == part::on_the_way && ((about.st_mode & S_ISVTX) != 0 || path == system_logs))
        return false;
    return group || all;
}

// The path without links. Its last part may be missing.
result<std::string> without_links(std::string const& path)
{
    if (auto real = real_path(path))
        return real;
    std::filesystem::path whole(path);
    if (!whole.has_filename())
        whole = whole.parent_path(); // it ends with a slash
    auto const above = whole.parent_path().string();
    auto real = real_path(above.empty() ? "." : above);
    if (!real)
        return real;
    return *real + (*real == "/" ? "" : "/") + whole.filename().string();
}

trusted_directory failed(error_code why)
{
    trusted_directory none;
    none.failure = why;
    return none;
}

// Opens NAME in the directory `at`, without following a link, and checks it.
trusted_directory step(int at, std::string const& name, std::string const& path, part which)
{
    int const kind = which == part::last ? O_RDONLY : O_PATH;
    trusted_directory next;
    next.fd.reset(::openat(at, name.c_str(), kind | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat about {};
    if (!next.fd || ::fstat(next.fd.get(), &about) != 0)
        return failed(last_error());
    if (others_may_write(about, path, which)) {
        next = failed(error_of(EPERM));
        next.writable = path;
    }
    return next;
}

} // namespace

trusted_directory open_trusted(std::string const& path)
{
    auto const real = without_links(path);
    if (!real)
        return failed(real.error());
    trusted_directory at = step(AT_FDCWD, "/", "/", part::on_the_way);
    for (std::size_t begin = 1; at.fd && begin < real->size();) {
        auto const end = std::min(real->find('/', begin), real->size());
        auto const which = end == real->size() ? part::last : part::on_the_way;
        auto const name = real->substr(begin, end - begin);
        if (which == part::last && ::mkdirat(at.fd.get(), name.c_str(), 0700) != 0 &&
            errno != EEXIST)
            return failed(last_error());
        at = step(at.fd.get(), name, real->substr(0, end), which);
        begin = end + 1;
    }
    return at;
}

} // namespace os
