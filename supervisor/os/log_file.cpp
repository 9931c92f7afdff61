#include "supervisor/os/log_file.hpp"

#include "supervisor/os/file.hpp"
#include "supervisor/os/trusted_directory.hpp"

#include <algorithm>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

namespace {

bool ends_mid_line(int fd, off_t size)
{
    char last = '\n';
    return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

} // namespace

namespace {

result<unique_fd> open_below(int parent, std::string const& name)
{
    if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST)
        return last_error();
    unique_fd directory(
        ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat about {};
    if (!directory || ::fstat(directory.get(), &about) != 0)
        return last_error();
    if (about.st_uid != ::geteuid())
        return error_of(EPERM);
    return directory;
}

} // namespace

result<unique_fd> open_log_directory(log_place const& at)
{
    if (at.parent >= 0)
        return open_below(at.parent, at.path.substr(at.path.rfind('/') + 1));
    if (::geteuid() == 0) {
        auto trusted = open_trusted(at.path);
        if (!trusted.fd)
            return trusted.failure;
        return std::move(trusted.fd);
    }
    if (::mkdir(at.path.c_str(), 0700) != 0 && errno != EEXIST)
        return last_error();
    unique_fd directory(::open(at.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory)
        return last_error();
    return directory;
}

result<log_file> open_log_file(int directory, std::string const& name)
{
    // O_RDWR, because open_log_file() reads the last byte. O_NONBLOCK, so that opening a FIFO in
    // the place of the file does not wait.
    constexpr int flags =
        O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    log_file file;
    file.fd.reset(::openat(directory, name.c_str(), flags, 0600));
    struct stat s {};
    if (!file.fd || ::fstat(file.fd.get(), &s) != 0)
        return last_error();
    if (!S_ISREG(s.st_mode))
        return error_of(EEXIST);
    file.size = static_cast<std::uint64_t>(s.st_size);
    file.inode = s.st_ino;
    file.mid_line = ends_mid_line(file.fd.get(), s.st_size);
    return file;
}

appended append_to(log_file& file, std::string_view bytes)
{
    appended done;
    while (done.kept < bytes.size()) {
        auto const n = ::write(file.fd.get(), bytes.data() + done.kept, bytes.size() - done.kept);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            done.failure = n < 0 ? last_error() : error_of(ENOSPC);
            break;
        }
        done.kept += static_cast<std::size_t>(n);
    }
    if (done.failure && done.kept > 0) {
        auto const newline = bytes.substr(0, done.kept).rfind('\n');
        auto const whole = newline == std::string_view::npos ? 0 : newline + 1;
        if (::ftruncate(file.fd.get(), static_cast<off_t>(file.size + whole)) == 0)
            done.kept = whole;
    }
    file.size += done.kept;
    if (done.kept > 0)
        file.mid_line = bytes[done.kept - 1] != '\n';
    return done;
}

result<std::string> read_log_file(int directory, std::string const& name, std::uint64_t offset,
                                  std::size_t most)
{
    unique_fd const file(::openat(directory, name.c_str(),
                                  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
    struct stat s {};
    if (!file || ::fstat(file.get(), &s) != 0)
        return last_error();
    if (!S_ISREG(s.st_mode))
        return error_of(EEXIST);
    return read_at(file.get(), offset, most);
}

error_code rotate_log_file(int directory, std::string const& name, int keep)
{
    auto numbered = [&](int n) { return n == 0 ? name : name + "." + std::to_string(n); };
    if (keep <= 0)
        return remove_log_file(directory, name);
    for (int n = keep; n > 0; --n)
        if (::renameat(directory, numbered(n - 1).c_str(), directory, numbered(n).c_str()) != 0 &&
            errno != ENOENT)
            return last_error();
    return {};
}

std::vector<listed_file> list_files(int directory)
{
    std::vector<listed_file> files;
    int const again = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> const open(again < 0 ? nullptr : ::fdopendir(again),
                                                   ::closedir);
    if (!open) {
        if (again >= 0)
            ::close(again);
        return files;
    }
    while (auto const* entry = ::readdir(open.get())) {
        struct stat s {};
        if (::fstatat(directory, entry->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(s.st_mode))
            continue;
        auto const written =
            std::chrono::seconds(s.st_mtim.tv_sec) + std::chrono::nanoseconds(s.st_mtim.tv_nsec);
        files.push_back({entry->d_name, static_cast<std::uint64_t>(s.st_size),
                         std::chrono::system_clock::time_point(written)});
    }
    return files;
}

error_code remove_log_file(int directory, std::string const& name)
{
    return ::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT ? error_code()
                                                                          : last_error();
}

} // namespace os
