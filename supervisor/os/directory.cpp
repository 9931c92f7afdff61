#include "supervisor/os/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>

namespace os {

namespace {

core::file_stamp stamp_of(struct stat const& s)
{
    core::file_stamp stamp;
    stamp.modified_ns =
        static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
    stamp.size = static_cast<std::uint64_t>(s.st_size);
    stamp.inode = s.st_ino;
    stamp.mode = s.st_mode;
    return stamp;
}

} // namespace

result<std::vector<core::directory_entry>>
list_directory(std::string const& path, std::function<bool(std::string const&)> const& wanted)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const dir(::opendir(path.c_str()), &::closedir);
    if (!dir)
        return last_error();
    std::vector<core::directory_entry> found;
    for (;;) {
        errno = 0;
        auto const* const entry = ::readdir(dir.get());
        if (!entry && errno != 0)
            return last_error();
        if (!entry)
            return found;
        std::string name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        unsigned char type = entry->d_type;
        struct stat s;
        if (type == DT_UNKNOWN) { // some file systems do not tell the type here
            if (::fstatat(::dirfd(dir.get()), name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            type = S_ISDIR(s.st_mode) ? DT_DIR : S_ISLNK(s.st_mode) ? DT_LNK : DT_REG;
        }
        if (type == DT_DIR) {
            core::file_stamp inode;
            inode.inode = entry->d_ino;
            found.push_back({std::move(name), true, inode});
            continue;
        }
        if ((type != DT_REG && type != DT_LNK) || !wanted(name) ||
            ::fstatat(::dirfd(dir.get()), name.c_str(), &s, 0) != 0 || !S_ISREG(s.st_mode))
            continue;
        found.push_back({std::move(name), false, stamp_of(s)});
    }
}

} // namespace os
