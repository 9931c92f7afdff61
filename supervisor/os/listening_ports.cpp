#include "supervisor/os/listening_ports.hpp"

#include "supervisor/os/unique_fd.hpp"

#ifdef __linux__
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <array>
#include <cerrno>
#include <cstring>

namespace os {

#ifdef __linux__
namespace {

// Asks for the listeners of one address family and adds their ports.
error_code ask_family(int socket, unsigned char family, listening_ports::set& into)
{
    constexpr std::uint32_t listen_state = 10; // TCP_LISTEN
    struct {
        nlmsghdr header;
        inet_diag_req_v2 question;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.question.sdiag_family = family;
    request.question.sdiag_protocol = IPPROTO_TCP;
    request.question.idiag_states = 1u << listen_state;
    if (::send(socket, &request, sizeof request, 0) < 0)
        return last_error();
    alignas(nlmsghdr) std::array<char, 32768> answer;
    for (;;) {
        auto const got = ::recv(socket, answer.data(), answer.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? last_error() : error_of(EPROTO);
        std::size_t at = 0;
        auto const size = static_cast<std::size_t>(got);
        while (at + sizeof(nlmsghdr) <= size) {
            nlmsghdr header;
            std::memcpy(&header, answer.data() + at, sizeof header);
            if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0)
                return error_of(EAGAIN); // the table changed meanwhile, so the answer is uncertain
            if (header.nlmsg_type == NLMSG_DONE)
                return {};
            if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_len < sizeof header)
                return error_of(EPROTO);
            inet_diag_msg found;
            if (at + NLMSG_HDRLEN + sizeof found > size)
                return error_of(EPROTO);
            std::memcpy(&found, answer.data() + at + NLMSG_HDRLEN, sizeof found);
            into.set(ntohs(found.id.idiag_sport));
            at += NLMSG_ALIGN(header.nlmsg_len);
        }
    }
}

} // namespace

result<listening_ports::set> listening_ports::ask()
{
    unique_fd const socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    if (!socket)
        return last_error();
    set ports;
    for (auto const family :
         {static_cast<unsigned char>(AF_INET), static_cast<unsigned char>(AF_INET6)})
        if (auto const failed = ask_family(socket.get(), family, ports))
            return failed;
    return ports;
}
#else
result<listening_ports::set> listening_ports::ask()
{
    return error_of(ENOTSUP);
}
#endif

bool listening_ports::may_be_taken(int port, time_point now)
{
    constexpr std::chrono::milliseconds fresh{20};
    if (!asked_ || now - *asked_ >= fresh) {
        auto seen = ask();
        known_ = seen ? std::optional(*seen) : std::nullopt;
        asked_ = now;
    }
    return !known_ || known_->test(static_cast<std::size_t>(port));
}

} // namespace os
