// How listen_unix() replaces a stale socket without ever removing a live one:
//
// 1. The new socket is bound to a temporary name beside the final one, and it listens before it
//    gets its final name. So whatever has the final name either accepts connections or is stale.
// 2. publish() links the file to its final name, which fails if that exists.
// 3. In that case clear_stale() connects to the existing socket. If that is refused, the socket is
//    stale and is renamed away.
// 4. Another server may have replaced the socket between the connect and the rename. So the renamed
//    file is compared with the one that refused, and it is put back if it is another one.
// 5. publish() tries again, up to eight times.
#include "supervisor/os/unix_socket.hpp"

#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace os {

namespace {

constexpr auto unchanged_user = static_cast<uid_t>(-1);

// A path in the form of a socket address. Nothing when it is too long.
std::optional<sockaddr_un> address_of(std::string const& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

std::string through_proc(int fd)
{
    return "/proc/self/fd/" + std::to_string(fd);
}

unique_fd new_socket(int flags)
{
    return unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

template <class Call>
result<void> with_address(std::string const& path, Call call)
{
    auto const address = address_of(path);
    if (!address)
        return error_of(ENAMETOOLONG);
    if (call(reinterpret_cast<sockaddr const*>(&*address), socklen_t{sizeof *address}) < 0)
        return last_error();
    return {};
}

// The place of a socket: an open directory and a name in it.
struct place {
    unique_fd directory;
    std::string name;
};

// With `directory`, only the name is taken from the path.
result<place> open_place(std::string const& path, int directory)
{
    auto const slash = path.rfind('/');
    std::string const parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    place at;
    at.name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (at.name.empty() || at.name == "." || at.name == "..")
        return error_of(EISDIR);
    at.directory.reset(directory >= 0 ? ::fcntl(directory, F_DUPFD_CLOEXEC, 0)
                                      : ::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!at.directory)
        return last_error();
    return at;
}

bool same_file(struct stat const& a, struct stat const& b)
{
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Connects to the socket `name` and fills `about` with its stat. Both belong to the same file, even
// if the name is given to another one meanwhile.
result<unique_fd> connect_found(int directory, std::string const& name, struct stat& about)
{
    unique_fd const file(::openat(directory, name.c_str(), O_PATH | O_CLOEXEC));
    if (!file || ::fstat(file.get(), &about) < 0)
        return last_error();
    if (!S_ISSOCK(about.st_mode))
        return error_of(EEXIST);
    // The connect must not block: a live server with a full queue gives EAGAIN.
    auto socket = new_socket(SOCK_NONBLOCK);
    if (!socket)
        return last_error();
    auto const connected =
        with_address(through_proc(file.get()),
                     [&](sockaddr const* a, socklen_t n) { return ::connect(socket.get(), a, n); });
    if (!connected)
        return connected.error();
    return socket;
}

// Removes a stale socket. Steps 3 and 4 at the top of this file.
result<void> clear_stale(place const& at)
{
    struct stat seen {};
    auto const answer = connect_found(at.directory.get(), at.name, seen);
    if (answer || answer.error().value() == EAGAIN)
        return error_of(EADDRINUSE);
    if (answer.error().value() == ENOENT)
        return {};
    if (answer.error().value() != ECONNREFUSED)
        return answer.error();

    int const directory = at.directory.get();
    std::string const aside = ".stale-" + std::to_string(::getpid());
    if (::renameat(directory, at.name.c_str(), directory, aside.c_str()) < 0)
        return errno == ENOENT ? result<void>() : last_error();
    struct stat moved {};
    if (::fstatat(directory, aside.c_str(), &moved, AT_SYMLINK_NOFOLLOW) < 0)
        return last_error();
    result<void> done;
    if (!same_file(seen, moved) &&
        ::linkat(directory, aside.c_str(), directory, at.name.c_str(), 0) < 0 && errno != EEXIST)
        done = last_error();
    ::unlinkat(directory, aside.c_str(), 0);
    return done;
}

// Links the file `fresh` to its final name, in place of a stale socket if there is one.
result<void> publish(place const& at, std::string const& fresh)
{
    for (int attempt = 0; attempt < 8; ++attempt) {
        if (::linkat(at.directory.get(), fresh.c_str(), at.directory.get(), at.name.c_str(), 0) ==
            0)
            return {};
        if (errno != EEXIST)
            return last_error();
        if (auto cleared = clear_stale(at); !cleared)
            return cleared;
    }
    return error_of(EADDRINUSE);
}

} // namespace

result<unix_listener> listen_unix(std::string const& path, int in, socket_access const& access)
{
    auto at = open_place(path, in);
    if (!at)
        return at.error();
    int const directory = at->directory.get();
    // The socket is bound through the open directory, because the path may lead elsewhere by now.
    auto const place = through_proc(directory) + '/';
    std::string const suffix = ".new-" + std::to_string(::getpid());
    bool const fits = address_of(place + at->name + suffix).has_value();
    std::string const fresh = fits ? at->name + suffix : suffix;
    ::unlinkat(directory, fresh.c_str(), 0);

    unix_listener listener;
    listener.path_ = path;
    listener.fd_ = new_socket(SOCK_NONBLOCK);
    if (!listener.fd_)
        return last_error();
    auto done = with_address(place + fresh, [&](sockaddr const* a, socklen_t n) {
        return ::bind(listener.get(), a, n);
    });
    if (!done)
        return done.error();

    struct stat about {};
    // Nobody can connect before the socket listens, so the file's rights are set by then.
    bool const owned = !access.group || ::fchownat(directory, fresh.c_str(), unchanged_user,
                                                   *access.group, AT_SYMLINK_NOFOLLOW) == 0;
    if (!owned || ::fchmodat(directory, fresh.c_str(), access.mode, 0) < 0 ||
        ::listen(listener.get(), access.backlog) < 0 ||
        ::fstatat(directory, fresh.c_str(), &about, AT_SYMLINK_NOFOLLOW) < 0)
        done = last_error();
    if (done)
        done = publish(*at, fresh);
    ::unlinkat(directory, fresh.c_str(), 0);
    if (!done)
        return done.error();
    listener.device_ = about.st_dev;
    listener.inode_ = about.st_ino;
    listener.directory_ = std::move(at->directory);
    listener.name_ = at->name;
    return listener;
}

bool unix_listener::in_place() const
{
    struct stat about {};
    return fd_ && ::lstat(path_.c_str(), &about) == 0 && about.st_dev == device_ &&
           about.st_ino == inode_;
}

void unix_listener::remove() const
{
    struct stat about {};
    if (directory_ &&
        ::fstatat(directory_.get(), name_.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 &&
        about.st_dev == device_ && about.st_ino == inode_)
        ::unlinkat(directory_.get(), name_.c_str(), 0);
}

result<unique_fd> accept_unix(int listener)
{
    unique_fd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd)
        return last_error();
    return fd;
}

result<unique_fd> connect_unix(std::string const& path)
{
    auto socket = new_socket(0);
    if (!socket)
        return last_error();
    auto const connect = [&](sockaddr const* a, socklen_t n) {
        return ::connect(socket.get(), a, n);
    };
    auto connected = with_address(path, connect);
    if (!connected && connected.error().value() == ENAMETOOLONG) {
        unique_fd const file(::open(path.c_str(), O_PATH | O_CLOEXEC));
        if (!file)
            return last_error();
        connected = with_address(through_proc(file.get()), connect);
    }
    if (!connected)
        return connected.error();
    return socket;
}

result<peer> peer_of(int fd)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return last_error();
    return peer{credentials.pid, credentials.uid, credentials.gid};
}

} // namespace os
