#include "supervisor/os/root_lock.hpp"

#include "supervisor/os/file.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

namespace os {

namespace {

std::vector<std::string_view> words_of(std::string_view line)
{
    constexpr std::string_view blanks = " \t";
    std::vector<std::string_view> words;
    for (auto begin = line.find_first_not_of(blanks); begin != std::string_view::npos;) {
        auto const end = std::min(line.find_first_of(blanks, begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        begin = line.find_first_not_of(blanks, end);
    }
    return words;
}

// Calls `each` with each line until it returns false.
template <class Each>
void for_lines(std::string_view text, Each each)
{
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        if (!each(words_of(text.substr(0, end))))
            return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

template <class Number>
bool read_number(std::string_view text, Number& into, int base)
{
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
    return error == std::errc{} && end == text.data() + text.size();
}

// Tells whether the text is the device and inode of /proc/locks, "08:01:1234".
bool names(std::string_view text, lock_place const& at)
{
    auto const first = text.find(':'), last = text.rfind(':');
    lock_place read;
    return first != last && read_number(text.substr(0, first), read.major, 16) &&
           read_number(text.substr(first + 1, last - first - 1), read.minor, 16) &&
           read_number(text.substr(last + 1), read.inode, 10) && read.major == at.major &&
           read.minor == at.minor && read.inode == at.inode;
}

std::string text_of(std::string const& path)
{
    constexpr std::size_t most = 16u << 20;
    auto text = os::read_file(path, most);
    return text ? std::move(*text) : "";
}

// Where /proc/locks has the locks of this open file.
lock_place place_of(int fd)
{
    struct stat about {};
    ::fstat(fd, &about);
    lock_place at{::major(about.st_dev), ::minor(about.st_dev), about.st_ino};
    std::string mount;
    auto const info = text_of("/proc/self/fdinfo/" + std::to_string(fd));
    for_lines(info, [&](std::vector<std::string_view> const& words) {
        if (words.size() == 2 && words[0] == "mnt_id:")
            mount = words[1];
        if (words.size() == 2 && words[0] == "ino:")
            read_number(words[1], at.inode, 10);
        return true;
    });
    return with_device_of_mount(at, text_of("/proc/self/mountinfo"), mount);
}

// Who has locked this file, as far as /proc tells.
core::root_holder holder_of(int fd)
{
    core::root_holder holder;
    holder.pid = flock_holder(text_of("/proc/locks"), place_of(fd));
    auto const stat = read_stat(holder.pid);
    struct stat about {};
    if (holder.pid <= 0 || !stat ||
        ::stat(("/proc/" + std::to_string(holder.pid)).c_str(), &about) != 0)
        return holder;
    holder.uid = about.st_uid;
    holder.command = stat->comm;
    return holder;
}

} // namespace

lock_place with_device_of_mount(lock_place at, std::string_view mountinfo, std::string_view id)
{
    for_lines(mountinfo, [&](std::vector<std::string_view> const& words) {
        if (words.size() < 3 || words[0] != id)
            return true;
        auto const colon = words[2].find(':');
        lock_place read = at;
        if (colon != std::string_view::npos &&
            read_number(words[2].substr(0, colon), read.major, 10) &&
            read_number(words[2].substr(colon + 1), read.minor, 10))
            at = read;
        return false;
    });
    return at;
}

// A line is "1: FLOCK ADVISORY WRITE 708 08:01:1234 0 EOF". A lock that waits has "->" in front.
int flock_holder(std::string_view locks, lock_place const& at)
{
    int holder = 0;
    for_lines(locks, [&](std::vector<std::string_view> const& words) {
        if (words.size() < 6 || words[1] != "FLOCK" || !names(words[5], at))
            return true;
        int pid = 0;
        if (read_number(words[4], pid, 10) && pid > 0)
            holder = pid;
        return holder == 0;
    });
    return holder;
}

bool root_lock::still_at(std::string const& path) const
{
    struct stat ours {};
    struct stat named {};
    return held && ::fstat(held.get(), &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

root_lock lock_root(std::string const& path)
{
    root_lock made;
    made.seen.root = path;
    made.seen.own_uid = ::geteuid();
    auto const own = read_stat(::getpid());
    made.seen.own_command = own ? own->comm : "";
    unique_fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
        made.seen.state = core::root_claim::lock::taken;
        made.held = std::move(fd);
        return made;
    }
    auto const failure = last_error();
    if (fd && failure.value() == EWOULDBLOCK) {
        made.seen.state = core::root_claim::lock::busy;
        made.seen.holder = holder_of(fd.get());
        return made;
    }
    made.seen.state = core::root_claim::lock::impossible;
    made.seen.failure = failure.message();
    return made;
}

} // namespace os
