// The command `ps:exec`: it runs a command beside a process and connects it with procctl's own
// terminal or pipes.
#include "supervisor/core/stream_frame.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/os/relay.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace ctl {

namespace json = boost::json;
using core::frame_type;

namespace {

constexpr int own_failure = 125;
constexpr std::size_t one_read = 32 << 10;
constexpr int stdin_fd = 0, stdout_fd = 1, stderr_fd = 2;

[[noreturn]] void fail(std::string message)
{
    throw failure{own_failure, std::move(message)};
}

core::frame_size window()
{
    for (int const fd : {stdin_fd, stdout_fd})
        if (auto const size = os::terminal_size(fd); size && size->rows > 0)
            return {size->rows, size->columns};
    return {24, 80};
}

// Passes frames in both directions until procd sends the last one. At most one frame waits to be
// sent, and stdin is not read while it waits.
class conversation {
public:
    conversation(int socket, std::string rest, bool input, bool tty)
        : socket_(socket), relay_(socket), input_(input), tty_(tty)
    {
        frames_.feed(rest);
    }

    // Passes everything on and returns the command's exit code.
    int run();

private:
    void take_frames();
    void pass_on(int signal);
    void send_waiting();
    std::size_t input_room() const;
    void read_input();
    void read_socket();

    int socket_;
    os::relay relay_;
    bool input_; // stdin has not ended
    bool tty_;
    core::frame_reader frames_;
    std::string waiting_;
    std::string reason_; // why procd could not run the command
    std::optional<int> code_;
    std::uint64_t sent_ = 0;               // bytes of stdin
    std::optional<std::uint64_t> allowed_; // as procd says; absent: it does not say
};

int conversation::run()
{
    for (;;) {
        take_frames();
        if (code_)
            break;
        if (!waiting_.empty())
            send_waiting();
        bool const may_send = waiting_.empty();
        auto const seen = relay_.wait(
            {.input = input_ && may_send && input_room() > 0, .arrived = true, .room = !may_send});
        if (seen.signal != 0)
            pass_on(seen.signal);
        if (seen.resized && tty_)
            core::append_frame(waiting_, frame_type::resize, core::resize_payload(window()));
        if (seen.arrived)
            read_socket();
        if (seen.input)
            read_input();
    }
    if (!reason_.empty())
        print_error("procctl: " + reason_ + "\n");
    return *code_;
}

// The command decides what a signal means.
void conversation::pass_on(int signal)
{
    core::append_frame(waiting_, frame_type::signal, std::string(1, static_cast<char>(signal)));
}

void conversation::take_frames()
{
    while (auto const f = frames_.next()) {
        if (f->type == frame_type::stdout_data || f->type == frame_type::stderr_data) {
            if (!os::write_fd(f->type == frame_type::stdout_data ? stdout_fd : stderr_fd,
                              f->payload))
                fail("nobody reads what the command says"); // procd then ends the command
        } else if (f->type == frame_type::error) {
            reason_ = without_controls(f->payload);
        } else if (f->type == frame_type::credit) {
            allowed_ = allowed_.value_or(0) + core::parse_credit(f->payload).value_or(0);
        } else if (f->type == frame_type::exit && f->payload.size() == 1) {
            code_ = static_cast<unsigned char>(f->payload[0]);
        }
    }
    if (frames_.broken())
        fail("procd's answer cannot be read; are procd and procctl of the same version?");
}

void conversation::send_waiting()
{
    auto const sent = os::send_some(socket_, waiting_);
    if (!sent)
        waiting_.clear(); // procd is gone, but its last frames may still be there to read
    else
        waiting_.erase(0, *sent);
}

// How many bytes of stdin may be read now. Nothing is sent that procd would not read at once,
// because a signal would have to wait behind it.
std::size_t conversation::input_room() const
{
    if (!allowed_)
        return one_read;
    return std::min<std::uint64_t>(one_read, *allowed_ - std::min(*allowed_, sent_));
}

void conversation::read_input()
{
    std::array<char, one_read> room;
    auto const got = os::read_stdin(std::span(room).first(input_room()));
    input_ = got && *got > 0;
    if (input_) {
        core::append_frame(waiting_, frame_type::stdin_data, {room.data(), *got});
        sent_ += *got;
    } else {
        core::append_frame(waiting_, frame_type::stdin_eof, {});
    }
}

void conversation::read_socket()
{
    std::array<char, one_read> room;
    auto const got = os::receive(socket_, room.data(), room.size());
    if (!got || *got == 0)
        fail("procd went away before the command ended");
    frames_.feed({room.data(), *got});
}

std::string body_of(arguments const& a, bool tty, bool input)
{
    json::array command;
    for (auto word = a.words.begin() + 1; word != a.words.end(); ++word)
        command.emplace_back(*word);
    auto const size = window();
    return json::serialize(json::object{{"command", std::move(command)},
                                        {"tty", tty},
                                        {"stdin", input},
                                        {"rows", size.rows},
                                        {"columns", size.columns}});
}

} // namespace

void run_command(context& c, arguments const& a)
{
    bool const tty = a.flag("--tty"), input = a.flag("--stdin");
    if (tty && input && !os::is_terminal(stdin_fd))
        fail("-t with -i needs a terminal on stdin; leave -t out for a pipe");
    int code = own_failure;
    try {
        auto stream =
            c.procd().upgrade({"POST", "/v1/processes/" + encode(a.words.front()) + "/exec",
                               body_of(a, tty, input), "procd-stream"});
        std::optional<os::raw_terminal> raw;
        if (tty && input)
            raw.emplace();
        code = conversation(stream.socket, std::move(stream.rest), input, tty).run();
    } catch (failure const& f) {
        // All failures of procctl itself have this one code, so that nobody takes them for the
        // command's own.
        throw failure{f.message.empty() ? f.code : own_failure, f.message};
    }
    throw failure{code, {}};
}

} // namespace ctl
