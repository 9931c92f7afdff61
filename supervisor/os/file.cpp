#include "supervisor/os/file.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

result<std::string> read_file(std::string const& path, std::size_t limit)
{
    unique_fd const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file)
        return last_error();
    std::string text;
    std::array<char, 65536> chunk;
    for (;;) {
        auto const n = ::read(file.get(), chunk.data(), chunk.size());
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

result<std::string> real_path(std::string const& path)
{
    std::unique_ptr<char, decltype(&std::free)> const real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    if (!real)
        return last_error();
    return std::string(real.get());
}

} // namespace os
