#include "supervisor/os/file.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace os {

namespace {

file_kind kind_of(struct stat const& seen)
{
    if (S_ISREG(seen.st_mode))
        return file_kind::regular;
    if (S_ISDIR(seen.st_mode))
        return file_kind::directory;
    if (S_ISFIFO(seen.st_mode))
        return file_kind::pipe;
    if (S_ISSOCK(seen.st_mode))
        return file_kind::socket;
    bool const null = S_ISCHR(seen.st_mode) && seen.st_rdev == makedev(1, 3);
    return null ? file_kind::null_device : file_kind::device;
}

result<std::string> read_all(int fd, std::size_t limit)
{
    std::string text;
    std::array<char, 65536> chunk;
    for (;;) {
        auto const n = ::read(fd, chunk.data(), chunk.size());
        if (n == 0)
            return text;
        if (n < 0 && errno != EINTR)
            return last_error();
        if (n > 0)
            text.append(chunk.data(), static_cast<std::size_t>(n));
        if (text.size() > limit)
            return error_of(EFBIG);
    }
}

} // namespace

result<file_kind> kind_of(std::string const& path)
{
    struct stat seen;
    if (::stat(path.c_str(), &seen) != 0)
        return last_error();
    return kind_of(seen);
}

result<std::string> read_file(std::string const& path, std::size_t limit)
{
    unique_fd const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat seen;
    if (!file || ::fstat(file.get(), &seen) != 0)
        return last_error();
    auto const kind = kind_of(seen);
    if (kind == file_kind::directory)
        return error_of(EISDIR);
    if (kind != file_kind::regular && kind != file_kind::null_device)
        return error_of(EINVAL);
    if (seen.st_size > 0 && static_cast<std::uint64_t>(seen.st_size) > limit)
        return error_of(EFBIG);
    return read_all(file.get(), limit);
}

result<std::string> read_to_end(std::string const& path, std::size_t limit)
{
    unique_fd const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file)
        return last_error();
    return read_all(file.get(), limit);
}

bool exists(std::string const& path)
{
    struct stat seen;
    return ::stat(path.c_str(), &seen) == 0;
}

bool same_file(std::string const& a, std::string const& b)
{
    struct stat one, other;
    return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_link(std::string const& path)
{
    struct stat seen;
    return ::lstat(path.c_str(), &seen) == 0 && S_ISLNK(seen.st_mode);
}

result<file_identity> identity_of(std::string const& path)
{
    struct stat seen;
    if (::stat(path.c_str(), &seen) != 0)
        return last_error();
    return file_identity{seen.st_dev, seen.st_ino};
}

result<std::string> read_at(int fd, std::uint64_t offset, std::size_t most)
{
    std::string text(most, '\0');
    std::size_t got = 0;
    while (got < most) {
        auto const n = ::pread(fd, text.data() + got, most - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return last_error();
        if (n == 0)
            break;
        got += static_cast<std::size_t>(n);
    }
    text.resize(got);
    return text;
}

result<std::string> real_path(std::string const& path)
{
    std::unique_ptr<char, decltype(&std::free)> const real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    if (!real)
        return last_error();
    return std::string(real.get());
}

} // namespace os
