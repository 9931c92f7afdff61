#include "tests/os/children.hpp"

#include "supervisor/os/proc_fs.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace test {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds{30};

int milliseconds_until(clock::time_point deadline)
{
    using namespace std::chrono;
    auto const left = ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
}

} // namespace

os::launch_request puppet(std::vector<std::string> arguments, std::vector<std::string> environment)
{
    os::launch_request request;
    request.argv = std::move(arguments);
    request.argv.insert(request.argv.begin(), puppet_for_all());
    request.environment = std::move(environment);
    request.environment.push_back("PATH=/usr/bin:/bin");
    return request;
}

std::string read_until(int fd, std::string const& wanted)
{
    std::string text;
    auto const deadline = clock::now() + patience;
    while (text.find(wanted) == std::string::npos) {
        char bytes[4096];
        ssize_t const got = ::read(fd, bytes, sizeof bytes);
        if (got > 0) {
            text.append(bytes, static_cast<std::size_t>(got));
        } else if (got < 0 && errno == EAGAIN) {
            pollfd waiting{fd, POLLIN, 0};
            if (::poll(&waiting, 1, milliseconds_until(deadline)) == 0)
                break;
        } else if (got == 0 || errno != EINTR) {
            break; // the end of the output, for which a terminal gives EIO
        }
    }
    return text;
}

os::launch_status launched(os::child const& child)
{
    auto const deadline = clock::now() + patience;
    os::launch_status status = os::read_launch_status(child.status.get());
    while (status.phase == os::launch_phase::pending && clock::now() < deadline) {
        pollfd waiting{child.status.get(), POLLIN, 0};
        ::poll(&waiting, 1, milliseconds_until(deadline));
        status = os::read_launch_status(child.status.get());
    }
    return status;
}

bool eventually(std::function<bool()> const& holds)
{
    auto const deadline = clock::now() + patience;
    while (!holds()) {
        if (clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

core::exit_status end_of(int pid)
{
    core::exit_status status = core::never_started{"did not end in time", 0, ""};
    eventually([&] {
        auto const ended = os::peek_ended_child(pid);
        if (ended)
            status = ended->status;
        return ended && os::reap(pid);
    });
    return status;
}

std::string output_of(os::launch_request const& request)
{
    auto child = os::launch(request);
    if (!child)
        return "launch failed: " + child.error().stage;
    child->slave.reset(); // otherwise the output of a terminal never ends
    std::string text = read_all(child->output.get());
    end_of(child->pid);
    return text;
}

bool alive(int pid)
{
    auto const stat = os::read_stat(pid);
    return stat && stat->alive();
}

std::string in_child(as whom, std::function<std::string()> const& body)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return "no pipe";
    os::unique_fd const ours{ends[0]};
    os::unique_fd theirs{ends[1]};
    puppet_for_all(); // called here, so that the directory is removed at the end of this process
    pid_t const pid = ::fork();
    if (pid == 0) {
        constexpr unsigned nobody = 65534;
        bool const changed = whom == as::this_user ||
                             (::setgroups(0, nullptr) == 0 && ::setgid(nobody) == 0 &&
                              ::setuid(nobody) == 0 && ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
        os::become_subreaper();
        std::string const said = changed ? body() : "cannot become nobody";
        ssize_t const wrote = ::write(theirs.get(), said.data(), said.size());
        ::_exit(wrote == static_cast<ssize_t>(said.size()) ? 0 : 99);
    }
    theirs.reset();
    std::string said = read_all(ours.get());
    core::exit_status const status = end_of(pid);
    return status == core::exit_status{core::exited{0}} ? said
                                                        : said + " " + core::describe(status);
}

std::string puppet_for_all()
{
    static tests::temp_dir const directory;
    std::string const path = directory / "puppet";
    if (!std::filesystem::exists(path)) {
        std::filesystem::copy_file(PUPPET, path);
        ::chmod(directory.path().c_str(), 0755);
        ::chmod(path.c_str(), 0755);
    }
    return path;
}

clean_up::clean_up()
{
    os::become_subreaper();
}

clean_up::~clean_up()
{
    eventually([] {
        for (int const pid : os::own_children())
            ::kill(pid, SIGKILL);
        return nothing_left();
    });
}

bool clean_up::nothing_left()
{
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return os::own_children().empty();
}

} // namespace test
