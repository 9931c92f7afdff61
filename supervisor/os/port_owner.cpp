#include "supervisor/os/port_owner.hpp"

#include "supervisor/os/proc_fs.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fstream>
#include <memory>
#include <netinet/in.h>
#include <sstream>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace os {
namespace {

constexpr std::string_view listening = "0A"; // TCP_LISTEN

// Tells whether an address of /proc/net/tcp is local. The kernel writes addresses as 32-bit words
// in the machine's byte order.
bool is_any_or_loopback(std::string_view address)
{
    static constexpr std::array<std::string_view, 6> local = {
        "00000000",                         // 0.0.0.0
        "0100007F",                         // 127.0.0.1
        "00000000000000000000000000000000", // ::
        "00000000000000000000000001000000", // ::1
        "0000000000000000FFFF00000100007F", // ::ffff:127.0.0.1
        "0000000000000000FFFF000000000000", // ::ffff:0.0.0.0
    };
    return std::find(local.begin(), local.end(), address) != local.end();
}

bool is_v4(std::string_view address)
{
    constexpr std::size_t digits = 8;
    return address.size() == digits || address.starts_with("0000000000000000FFFF0000");
}

bool is_any(std::string_view address)
{
    return address.find_first_not_of('0') == std::string_view::npos;
}

enum class address { any, local }; // local: the loopback and the wildcard addresses

// Calls `seen` with the port, the inode and the address of each listening socket. A line of the
// table is: sl local_address rem_address st … inode
template <class Function>
void for_each_listener(address at, Function const& seen)
{
    for (char const* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file{table};
        std::string line;
        std::getline(file, line); // the heading
        while (std::getline(file, line)) {
            std::istringstream words{line};
            std::array<std::string, 10> field;
            for (auto& word : field)
                words >> word;
            std::string_view const local = field[1];
            auto const colon = local.find(':');
            if (field[3] != listening || colon == std::string_view::npos)
                continue;
            int number = 0;
            std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
            if (at == address::any || is_any_or_loopback(local.substr(0, colon)))
                seen(number, field[9], local.substr(0, colon));
        }
    }
}

// Calls `seen` with the inode of each socket that the process holds, as far as procd may look into
// the process.
template <class Function>
void for_each_socket(int pid, Function const& seen)
{
    std::string const path = "/proc/" + std::to_string(pid) + "/fd";
    std::unique_ptr<DIR, int (*)(DIR*)> const dir{::opendir(path.c_str()), ::closedir};
    while (dirent const* entry = dir ? ::readdir(dir.get()) : nullptr) {
        std::array<char, 64> target;
        ssize_t const length =
            ::readlinkat(::dirfd(dir.get()), entry->d_name, target.data(), target.size());
        std::string_view link{target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
        if (!link.starts_with("socket:[") || !link.ends_with(']'))
            continue;
        link.remove_prefix(8);
        link.remove_suffix(1);
        seen(std::string(link));
    }
}

// The process that holds each local port.
std::unordered_map<int, int> read_holders()
{
    std::unordered_map<int, int> pid_of;
    std::unordered_map<std::string, int> port_of; // by inode
    for_each_listener(address::local, [&](int port, std::string const& inode, auto) {
        pid_of.emplace(port, -1);
        port_of.emplace(inode, port);
    });
    if (port_of.empty())
        return pid_of;
    for (auto const& stat : all_processes())
        for_each_socket(stat.pid, [&](std::string const& inode) {
            auto const found = port_of.find(inode);
            if (found != port_of.end() && pid_of[found->second] == -1)
                pid_of[found->second] = stat.pid;
        });
    return pid_of;
}

} // namespace

// Tries to bind a dual-stack socket, which conflicts with listeners of both families. SO_REUSEADDR
// makes it ignore connections in TIME_WAIT.
bool port_taken(int port)
{
    int const on = 1, off = 0;
    unique_fd const six(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (six) {
        ::setsockopt(six.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        ::setsockopt(six.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        sockaddr_in6 any{};
        any.sin6_family = AF_INET6;
        any.sin6_port = htons(static_cast<std::uint16_t>(port));
        if (::bind(six.get(), reinterpret_cast<sockaddr const*>(&any), sizeof any) == 0)
            return false;
        if (errno == EADDRINUSE)
            return true;
    }
    unique_fd const four(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!four)
        return false;
    ::setsockopt(four.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(static_cast<std::uint16_t>(port));
    return ::bind(four.get(), reinterpret_cast<sockaddr const*>(&any), sizeof any) != 0 &&
           errno == EADDRINUSE;
}

std::optional<port_holder> port_holders::find(int port)
{
    if (!pid_of_)
        pid_of_ = read_holders();
    auto const found = pid_of_->find(port);
    if (found == pid_of_->end())
        return std::nullopt;
    return found->second < 0 ? port_holder{}
                             : port_holder{found->second, command_line(found->second)};
}

std::vector<int> ports_of(std::vector<int> const& pids)
{
    std::unordered_map<std::string, int> port_of; // by inode
    for_each_listener(address::any, [&](int port, std::string const& inode, auto) {
        port_of.emplace(inode, port);
    });
    std::set<int> ports;
    for (auto at = pids.begin(); !port_of.empty() && at != pids.end(); ++at)
        for_each_socket(*at, [&](std::string const& inode) {
            if (auto const found = port_of.find(inode); found != port_of.end())
                ports.insert(found->second);
        });
    return {ports.begin(), ports.end()};
}

bool listens_on(std::vector<int> const& pids, int port)
{
    auto const ports = ports_of(pids);
    return std::binary_search(ports.begin(), ports.end(), port);
}

// A socket on :: takes the connections to 127.0.0.1 where no socket of IPv4 does.
std::set<std::string> listeners_on(loopback at, int port)
{
    std::set<std::string> four, six, any;
    for_each_listener(address::local,
                      [&](int number, std::string const& inode, std::string_view local) {
                          if (number == port)
                              (is_v4(local) ? four : is_any(local) ? any : six).insert(inode);
                      });
    if (at == loopback::v4)
        return four.empty() ? any : four;
    six.merge(any);
    return six;
}

} // namespace os
