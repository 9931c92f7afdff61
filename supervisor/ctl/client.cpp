#include "supervisor/ctl/client.hpp"

#include "supervisor/ctl/answer_reader.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <chrono>

namespace ctl {

namespace json = boost::json;

namespace {

// The time that procd may take to begin its answer. procd is one thread that never blocks, so a
// procd that needs longer is stopped, or the machine stands still.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds for_ever{0};
constexpr int switching_protocols = 101, first_refusal = 300;

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

client::client(os::unique_fd fd, std::string path)
    : fd_(std::move(fd)), path_(std::move(path)), answer_(std::make_unique<answer_reader>())
{
}

client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

client client::connect(std::string const& path)
{
    auto fd = os::connect_unix(path);
    if (!fd)
        throw nobody(path, fd.error());
    auto const peer = os::peer_of(fd->get());
    if (!peer)
        throw nobody(path, peer.error());
    bool const trusted = peer->uid == 0 || peer->uid == os::own_uid() || os::own_uid() == 0;
    if (!trusted)
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

void client::send(request const& r)
{
    if (used_) {
        if (!answer_->keep_alive())
            *this = connect(path_);
        else
            answer_->next();
    }
    used_ = true;
    // A procd that refuses us answers and closes the connection without reading the request. The
    // sending fails then, but the answer is there and says why.
    static_cast<void>(os::send_all(fd_.get(), http_text(r)));
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
        answer_->end();
    else
        answer_->feed({bytes.data(), *got});
    if (answer_->broken())
        lost();
}

void client::read_head()
{
    static_cast<void>(os::limit_receive(fd_.get(), patience));
    while (!answer_->head_complete())
        read_some();
    static_cast<void>(os::limit_receive(fd_.get(), for_ever));
}

std::string client::read_all()
{
    while (!answer_->complete())
        read_some();
    return answer_->take_body();
}

void client::refused(std::string const& body) const
{
    boost::system::error_code ec;
    auto const v = json::parse(body, ec);
    if (!ec)
        if (auto const problem = core::api::from_json<core::api::problem>(v))
            throw failure{code_of(answer_->status()), problem->detail};
    throw failure{code_of(answer_->status()),
                  "procd answered with status " + std::to_string(answer_->status())};
}

json::value client::call(request const& r)
{
    send(r);
    auto const body = read_all();
    if (answer_->status() >= first_refusal)
        refused(body);
    return parse_json(body);
}

client::upgraded client::upgrade(request const& r)
{
    send(r);
    if (answer_->status() != switching_protocols)
        refused(read_all());
    return {fd_.get(), answer_->take_rest()};
}

void client::stream(request const& r, std::function<void(std::string_view line)> const& line)
{
    send(r);
    if (answer_->status() >= first_refusal)
        refused(read_all());
    std::string pending; // the line whose end has not come
    for (;;) {
        std::size_t searched = pending.size();
        pending += answer_->take_body();
        std::size_t begin = 0;
        for (auto end = pending.find('\n', searched); end != std::string::npos;
             end = pending.find('\n', begin)) {
            line(std::string_view(pending).substr(begin, end - begin));
            begin = end + 1;
        }
        pending.erase(0, begin);
        if (answer_->complete())
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
