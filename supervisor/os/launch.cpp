// A launch, from procd's side:
//
// 1. Open the output: a pipe, a pty, or descriptors that the request names. All of them are above
//    2, because the child puts its own 0, 1 and 2 in place one after the other.
// 2. Fill in the launcher: terminal, cgroup, limits, user, sockets and environment.
// 3. launcher::start() opens the status pipe and creates the child (clone.cpp). The child takes its
//    steps (child_setup.cpp) and executes the command.
// 4. The child's ends of the pipes are closed when the local variables go out of scope. From then
//    on the end of the output means that no process has it open any more.
// 5. The caller reads the status pipe: its end means that the command runs, and a report means that
//    a step has failed.
#include "supervisor/os/launch.hpp"

#include "supervisor/os/launcher.hpp"
#include "supervisor/os/pty.hpp"

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace os {
namespace {

// The two ends of a child's output.
struct output_ends {
    unique_fd ours;                   // for procd; closed if procd does not read the output
    unique_fd theirs;                 // for the child; closed if the caller owns the descriptor
    unique_fd input;                  // the child's stdin, if it is a descriptor of its own
    int fd = -1;                      // the child's end, owned or not
    int error_fd = -1, input_fd = -1; // stderr and stdin, if other than `fd` and /dev/null
};

// Moves a descriptor above 2, or to `lowest` or above. procd may have been started with 0, 1 or 2
// closed, so pipe() may give them out, and the child would overwrite them while it puts its own 0,
// 1 and 2 in place.
error_code lift(unique_fd& fd, int lowest = STDERR_FILENO + 1)
{
    if (!fd || fd.get() >= lowest)
        return {};
    fd.reset(::fcntl(fd.get(), F_DUPFD_CLOEXEC, lowest));
    return fd ? error_code{} : last_error();
}

// A descriptor of /dev/null. It is opened once and stays open.
result<int> null_device()
{
    static unique_fd device;
    if (!device) {
        device.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (!device)
            return last_error();
        if (auto const ec = lift(device))
            return ec;
    }
    return device.get();
}

// Opens a pipe with both ends close-on-exec and above 2.
result<std::pair<unique_fd, unique_fd>> open_pipe(int flags)
{
    int ends[2];
    if (::pipe2(ends, flags | O_CLOEXEC) != 0)
        return last_error();
    std::pair<unique_fd, unique_fd> pipe{unique_fd{ends[0]}, unique_fd{ends[1]}};
    if (auto const ec = lift(pipe.first))
        return ec;
    if (auto const ec = lift(pipe.second))
        return ec;
    return pipe;
}

// A pipe that never ends: its only descriptor is open for reading and for writing, so that whoever
// has it as stdin keeps it open. A closed descriptor, where there is no /proc to open it so.
result<unique_fd> open_endless_pipe()
{
    auto pipe = open_pipe(0);
    if (!pipe)
        return pipe.error();
    auto const name = "/proc/self/fd/" + std::to_string(pipe->first.get());
    unique_fd both{::open(name.c_str(), O_RDWR | O_CLOEXEC)};
    if (!both && errno == ENOENT)
        return unique_fd{};
    if (!both)
        return last_error();
    if (auto const ec = lift(both))
        return ec;
    return both;
}

// Opens the output that the request asks for.
result<output_ends> open_output(launch_request const& request)
{
    output_ends ends;
    if (request.streams != nullptr) {
        ends.fd = request.streams->out_end.get();
        ends.error_fd = request.streams->err_end.get();
        ends.input_fd = request.streams->in_end.get();
        return ends;
    }
    if (request.merge_output_into) {
        ends.fd = *request.merge_output_into;
        return ends;
    }
    if (request.pty) {
        auto pair = open_pty(request.window, request.user, request.interactive);
        if (!pair)
            return pair.error();
        ends.ours = std::move(pair->master);
        ends.theirs = std::move(pair->slave);
        if (auto const ec = lift(ends.theirs))
            return ec;
    } else {
        auto pipe = open_pipe(0);
        if (!pipe)
            return pipe.error();
        ends.ours = std::move(pipe->first);
        ends.theirs = std::move(pipe->second);
        // O_NONBLOCK belongs to the open file, and the child's end has to block. So only procd's
        // end of the pipe gets it.
        if (::fcntl(ends.ours.get(), F_SETFL, O_NONBLOCK) != 0)
            return last_error();
    }
    ends.fd = ends.theirs.get();
    if (request.pty)
        ends.input_fd = ends.fd;
    return ends;
}

// The limit of open descriptors for the child. Absent means that the child inherits procd's.
std::optional<descriptor_limits> nofile(launch_request const& request)
{
    if (request.open_files)
        return descriptor_limits{*request.open_files, *request.open_files};
    if (request.original_nofile)
        return descriptor_limits{request.original_nofile->first, request.original_nofile->second};
    return std::nullopt;
}

core::never_started failed(char const* step, error_code const& ec)
{
    return {step, ec.value(), ""};
}

} // namespace

std::vector<char const*> environment_of(launch_request const& request)
{
    // The length of a key tells most keys apart, so few strings have to be compared.
    auto const mark = [](std::size_t length) { return std::uint64_t{1} << (length % 64); };
    std::uint64_t marks = 0;
    for (auto const& own : request.environment)
        marks |= mark(own.find('='));
    auto const is_replaced = [&](std::string_view shared) {
        auto const length = shared.find('=');
        if ((marks & mark(length)) == 0)
            return false;
        auto const key = shared.substr(0, length + 1);
        return std::any_of(request.environment.begin(), request.environment.end(),
                           [&](std::string const& own) { return own.starts_with(key); });
    };
    std::vector<char const*> all;
    for (auto const& layer : request.shared_environment)
        for (auto const& entry : *layer)
            if (!is_replaced(entry))
                all.push_back(entry.c_str());
    for (auto const& entry : request.environment)
        all.push_back(entry.c_str());
    all.push_back(nullptr);
    return all;
}

result<pipes> open_pipes()
{
    pipes made;
    auto in = open_pipe(0), out = open_pipe(0), err = open_pipe(0);
    for (auto const* each : {&in, &out, &err})
        if (!*each)
            return each->error();
    made.in_end = std::move(in->first);
    made.in = std::move(in->second);
    made.out = std::move(out->first);
    made.out_end = std::move(out->second);
    made.err = std::move(err->first);
    made.err_end = std::move(err->second);
    for (auto const* ours : {&made.in, &made.out, &made.err})
        if (::fcntl(ours->get(), F_SETFL, O_NONBLOCK) != 0)
            return last_error();
    return made;
}

result<std::pair<unique_fd, unique_fd>> open_status_pipe(int lowest)
{
    auto pipe = open_pipe(O_NONBLOCK);
    if (pipe)
        if (auto const ec = lift(pipe->second, lowest))
            return ec;
    return pipe;
}

boost::system::result<child, core::never_started> launch(launch_request const& request)
{
    if (request.argv.empty())
        return failed("exec", error_of(EINVAL));
    auto const null = null_device();
    if (!null)
        return failed("stdio", null.error());
    auto output = open_output(request);
    if (!output)
        return failed(request.pty ? "pty" : "pipe", output.error());
    if (output->input_fd < 0 && request.input_fd) {
        output->input_fd = *request.input_fd;
    } else if (output->input_fd < 0 && request.input == stdin_kind::endless) {
        auto input = open_endless_pipe();
        if (!input)
            return failed("pipe", input.error());
        output->input = std::move(*input);
        output->input_fd = output->input.get();
    }

    launcher start;
    start.terminal_fd = request.interactive ? output->fd : -1;
    start.session =
        request.pty && !request.interactive ? session_place::without_leader : session_place::leader;
    start.cgroup_fd = request.cgroup_fd;
    start.umask = request.umask;
    start.open_files = nofile(request);
    start.user = request.user;
    given_sockets sockets;
    if (auto const taken = sockets.take(request.sockets); !taken)
        return failed("sockets", taken.error());
    start.sockets = &sockets;
    // The pointer is set directly, because process_environment would copy every string.
    auto const environment = sockets.in(environment_of(request));
    start.env = environment.data();
    std::span<std::string const> const arguments = std::span{request.argv}.subspan(1);
    core::never_started const failure = start.start(
        request.argv.front(), arguments,
        process_v2::process_stdio{{output->input_fd >= 0 ? output->input_fd : *null},
                                  {output->fd},
                                  {output->error_fd >= 0 ? output->error_fd : output->fd}},
        process_v2::process_start_dir(request.cwd.empty() ? "." : request.cwd));
    if (failure.error != 0)
        return failure;
    child made{start.pid,
               start.session_number,
               start.in_cgroup,
               std::move(output->ours),
               std::move(start.status),
               {}};
    if (start.session == session_place::without_leader)
        made.slave = std::move(output->theirs);
    return made;
}

launch_status read_launch_status(int status_fd)
{
    char bytes[report_size];
    ssize_t got = -1;
    do
        got = ::read(status_fd, bytes, sizeof bytes);
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN)
        return {};
    if (got < static_cast<ssize_t>(report_header))
        return {launch_phase::running, {}};
    int error = 0;
    std::memcpy(&error, bytes + 1, sizeof error);
    std::string detail(bytes + report_header, static_cast<std::size_t>(got) - report_header);
    return {launch_phase::failed,
            {to_string(static_cast<stage>(bytes[0])), error, std::move(detail)}};
}

} // namespace os

namespace core {

void throw_exception_from_error(never_started const& e, boost::source_location const& where)
{
    boost::throw_exception(std::runtime_error(e.stage + ": " + std::strerror(e.error)), where);
}

} // namespace core
