#include "supervisor/ctl/client.hpp"

#include "supervisor/os/unix_socket.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <chrono>

namespace ctl {

namespace json = boost::json;

namespace {

// How long procd may take to begin its answer. It is one thread that never blocks, so this is a
// procd that is stopped, or a machine that stands still.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds for_ever{0};
constexpr int switching_protocols = 101;

failure nobody(std::string const& path, boost::system::error_code error)
{
    int const number = error.value();
    if (number == ECONNREFUSED)
        return {exit_no_procd, "no procd answers at " + path +
                                   " (it has ended without taking its socket away); start one "
                                   "there with 'procd'"};
    if (number == ENOENT || number == ENOTDIR)
        return {exit_no_procd, "no procd answers: there is no " + path +
                                   "; start one with 'procd' in the app's "
                                   "directory, or name its socket with -s"};
    if (number == EACCES)
        return {exit_no_procd,
                "refused: " + path + " belongs to another user; run procctl as that user"};
    return {exit_no_procd, "cannot connect to procd at " + path + ": " + error.message()};
}

exit_code code_of(int status)
{
    if (status == 404)
        return exit_not_found;
    return status == 400 || status == 422 ? exit_usage : exit_failed;
}

} // namespace

client client::connect(std::string const& path)
{
    auto fd = os::connect_unix(path);
    if (!fd)
        throw nobody(path, fd.error());
    auto const peer = os::peer_of(fd->get());
    if (!peer)
        throw nobody(path, peer.error());
    if (peer->uid != 0 && peer->uid != os::own_uid())
        throw failure{exit_no_procd, "refused: " + path + " belongs to user " +
                                         std::to_string(peer->uid) +
                                         ", who is neither you nor root; run procctl as that user"};
    return {std::move(*fd), path};
}

void client::lost() const
{
    throw failure{exit_failed, "the connection to procd at " + path_ +
                                   " was lost before it had answered; has it ended?"};
}

void client::send(request const& r, std::string_view headers)
{
    if (used_) {
        if (!response_.keep_alive())
            *this = connect(path_);
        else
            response_.next();
    }
    used_ = true;
    std::string text(r.method);
    text += ' ';
    text += r.target;
    text += " HTTP/1.1\r\nHost: procd\r\nUser-Agent: procctl/" PROCD_VERSION "\r\n";
    text += headers;
    if (r.body)
        text +=
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(r.body->size()) +
            "\r\n";
    text += "\r\n";
    if (r.body)
        text += *r.body;
    // One who refuses us answers and closes without reading: then the answer is what counts.
    static_cast<void>(os::send_all(fd_.get(), text));
    read_head();
}

void client::read_some()
{
    std::array<char, 64 << 10> bytes; // NOLINT: filled by receive()
    auto const got = os::receive(fd_.get(), bytes.data(), bytes.size());
    if (!got && (got.error().value() == EAGAIN || got.error().value() == EWOULDBLOCK))
        throw failure{exit_no_procd, "procd at " + path_ + " does not answer: nothing came for " +
                                         std::to_string(patience.count()) + " s; is it stopped?"};
    if (!got || *got == 0)
        response_.end();
    else
        response_.feed({bytes.data(), *got});
    if (response_.broken())
        lost();
}

void client::read_head()
{
    static_cast<void>(os::limit_receive(fd_.get(), patience));
    while (!response_.head_done())
        read_some();
    static_cast<void>(os::limit_receive(fd_.get(), for_ever));
}

void client::read_all(std::string& body)
{
    for (;;) {
        body += response_.take_body();
        if (response_.done())
            return;
        read_some();
    }
}

void client::refused(std::string const& body) const
{
    boost::system::error_code ec;
    auto const v = json::parse(body, ec);
    if (!ec)
        if (auto const problem = core::api::from_json<core::api::problem>(v))
            throw failure{code_of(response_.status()), problem->detail};
    throw failure{code_of(response_.status()),
                  "procd answered with status " + std::to_string(response_.status())};
}

json::value client::call(request const& r)
{
    send(r);
    std::string body;
    read_all(body);
    if (response_.status() >= 300)
        refused(body);
    return parse_json(body);
}

client::upgraded client::upgrade(request const& r)
{
    send(r, "Connection: Upgrade\r\nUpgrade: procd-stream\r\n");
    if (response_.status() != switching_protocols) {
        std::string body;
        read_all(body);
        refused(body);
    }
    return {fd_.get(), response_.take_body()};
}

void client::stream(request const& r, std::function<bool(std::string_view line)> const& line)
{
    send(r);
    std::string pending;
    if (response_.status() >= 300) {
        read_all(pending);
        refused(pending);
    }
    for (;;) {
        std::size_t searched = pending.size();
        pending += response_.take_body();
        std::size_t begin = 0;
        for (auto end = pending.find('\n', searched); end != std::string::npos;
             end = pending.find('\n', begin)) {
            if (!line(std::string_view(pending).substr(begin, end - begin)))
                return;
            begin = end + 1;
        }
        pending.erase(0, begin);
        if (response_.done())
            return;
        read_some();
    }
}

std::string encode(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        auto const byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            (out += '%', out += digits[byte >> 4], out += digits[byte & 15]);
    }
    return out;
}

json::value parse_json(std::string_view text)
{
    boost::system::error_code ec;
    auto v = json::parse(text, ec);
    if (ec)
        unreadable(ec.message());
    return v;
}

void unreadable(std::string const& why)
{
    throw failure{exit_failed, "procd's answer cannot be read (" + why +
                                   "); are procd and procctl of the same version?"};
}

} // namespace ctl
