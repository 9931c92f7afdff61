#include "supervisor/os/log_archive.hpp"

#include "supervisor/os/file.hpp"
#include "supervisor/os/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

namespace {

std::string numbered(std::string const& name, int n)
{
    return n == 0 ? name : name + "." + std::to_string(n);
}

std::optional<log_part> look_at(int directory, std::string const& name)
{
    struct stat s {};
    if (::fstatat(directory, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(s.st_mode))
        return std::nullopt;
    auto const written =
        std::chrono::seconds(s.st_mtim.tv_sec) + std::chrono::nanoseconds(s.st_mtim.tv_nsec);
    return log_part{s.st_ino, static_cast<std::uint64_t>(s.st_size),
                    std::chrono::system_clock::time_point(written)};
}

// Opens the file of this inode under the first of its names that has it.
unique_fd open_part(int directory, std::string const& name, std::uint64_t inode)
{
    for (int n = 0;; ++n) {
        auto const here = numbered(name, n);
        auto const seen = look_at(directory, here);
        if (!seen && n > 0)
            return {};
        if (!seen || seen->inode != inode)
            continue;
        unique_fd file(::openat(directory, here.c_str(),
                                O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
        struct stat s {};
        if (file && ::fstat(file.get(), &s) == 0 && s.st_ino == inode)
            return file;
    } // rotated in this moment: it has a higher number now
}

} // namespace

result<log_archive> open_log_archive(std::string const& path)
{
    log_archive archive;
    archive.directory.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!archive.directory)
        return last_error();
    for (auto& file : list_files(archive.directory.get()))
        archive.names.push_back(std::move(file.name));
    return archive;
}

std::vector<log_part> list_log(int directory, std::string const& name)
{
    std::vector<log_part> parts;
    for (int n = 0;; ++n) {
        auto const part = look_at(directory, numbered(name, n));
        if (!part && n > 0)
            return parts;
        // A file that is rotated between two looks is there again under the next name.
        bool const known = part && std::any_of(parts.begin(), parts.end(), [&](auto const& other) {
                               return other.inode == part->inode;
                           });
        if (part && !known)
            parts.push_back(*part);
    }
}

result<std::string> read_log(int directory, std::string const& name, std::uint64_t inode,
                             std::uint64_t offset, std::size_t most)
{
    auto const file = open_part(directory, name, inode);
    if (!file)
        return error_of(ENOENT);
    return read_at(file.get(), offset, most);
}

} // namespace os
