#include "supervisor/os/atomic_file.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

namespace {

result<void> write_all(int fd, std::string_view content)
{
    while (!content.empty()) {
        ssize_t const n = ::write(fd, content.data(), content.size());
        if (n < 0 && errno != EINTR)
            return last_error();
        if (n > 0)
            content.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

result<void> write_and_sync(int dir_fd, std::string const& name, std::string_view content,
                            unsigned mode)
{
    unique_fd const fd(
        ::openat(dir_fd, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd)
        return last_error();
    if (auto written = write_all(fd.get(), content); !written)
        return written;
    if (::fsync(fd.get()) < 0)
        return last_error();
    return {};
}

} // namespace

result<void> write_file_atomically(int dir_fd, std::string const& name, std::string_view content,
                                   unsigned mode)
{
    // The directory has only one writer, the holder of its lock. A file of that name is from a
    // crash.
    std::string const fresh = name + ".new";
    if (::unlinkat(dir_fd, fresh.c_str(), 0) < 0 && errno != ENOENT)
        return last_error();
    auto written = write_and_sync(dir_fd, fresh, content, mode);
    if (written && ::renameat(dir_fd, fresh.c_str(), dir_fd, name.c_str()) < 0)
        written = last_error();
    if (!written) {
        ::unlinkat(dir_fd, fresh.c_str(), 0);
        return written;
    }
    if (::fsync(dir_fd) < 0)
        return last_error();
    return {};
}

result<void> remove_file(int dir_fd, std::string const& name)
{
    if (::unlinkat(dir_fd, name.c_str(), 0) < 0 && errno != ENOENT)
        return last_error();
    if (::fsync(dir_fd) < 0)
        return last_error();
    return {};
}

namespace {

// Tries NAME.bad-1, NAME.bad-2 and so on until `take` succeeds.
template <class Take>
result<std::string> bad_name(std::string const& name, Take take)
{
    constexpr int most = 1000;
    for (int n = 1; n <= most; ++n) {
        auto const other = name + ".bad-" + std::to_string(n);
        if (take(other) == 0)
            return result<std::string>(boost::system::in_place_value, other);
        if (errno != EEXIST)
            return last_error();
    }
    return error_of(EEXIST);
}

} // namespace

result<std::string> set_aside(int dir_fd, std::string const& name)
{
    return bad_name(name, [&](std::string const& other) {
        return ::renameat2(dir_fd, name.c_str(), dir_fd, other.c_str(), RENAME_NOREPLACE);
    });
}

result<std::string> keep_aside(int dir_fd, std::string const& name)
{
    return bad_name(name, [&](std::string const& other) {
        return ::linkat(dir_fd, name.c_str(), dir_fd, other.c_str(), 0);
    });
}

result<std::vector<std::string>> names_in(int dir_fd)
{
    unique_fd again(::openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!again)
        return last_error();
    std::unique_ptr<DIR, int (*)(DIR*)> const open(::fdopendir(again.get()), ::closedir);
    if (!open)
        return last_error();
    static_cast<void>(again.release());
    std::vector<std::string> names;
    while (auto const* entry = ::readdir(open.get()))
        names.emplace_back(entry->d_name);
    return names;
}

result<std::string> read_small_file(int dir_fd, std::string const& name, std::size_t limit)
{
    unique_fd const fd(
        ::openat(dir_fd, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd)
        return last_error();
    struct stat about {};
    if (::fstat(fd.get(), &about) < 0)
        return last_error();
    if (!S_ISREG(about.st_mode) || about.st_uid != ::geteuid())
        return error_of(EPERM);

    std::string text;
    char chunk[4096];
    for (;;) {
        ssize_t const n = ::read(fd.get(), chunk, sizeof chunk);
        if (n == 0)
            return text;
        if (n < 0 && errno != EINTR)
            return last_error();
        if (n > 0)
            text.append(chunk, static_cast<std::size_t>(n));
        if (text.size() > limit)
            return error_of(EFBIG);
    }
}

} // namespace os
