#include "tests/bench/front/processes.hpp"

#include "tests/bench/subject.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace bench {

namespace fs = std::filesystem;

namespace {

std::string slurp(fs::path const& file)
{
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// The words of /proc/PID/stat behind the name of the program: state, parent and so on.
std::vector<std::string> stat_words(pid_t pid)
{
    std::string const text = slurp("/proc/" + std::to_string(pid) + "/stat");
    std::size_t const at = text.rfind(')');
    if (at == std::string::npos)
        return {};
    std::vector<std::string> words;
    std::string word;
    for (char const c : text.substr(at + 1)) {
        if (c != ' ' && c != '\n')
            word += c;
        else if (!word.empty())
            words.push_back(std::exchange(word, ""));
    }
    return words;
}

std::vector<pid_t> children_of(pid_t parent)
{
    std::vector<pid_t> found;
    for (auto const& entry : fs::directory_iterator{"/proc"}) {
        std::string const name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos)
            continue;
        auto const words = stat_words(std::stoi(name));
        if (words.size() > 1 && std::stoi(words[1]) == parent)
            found.push_back(std::stoi(name));
    }
    return found;
}

bool is_free(int port)
{
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool const bound =
        ::bind(fd, reinterpret_cast<::sockaddr const*>(&address), sizeof address) == 0;
    ::close(fd);
    return bound;
}

} // namespace

child::child(std::vector<std::string> const& argv, std::string const& out)
{
    int const fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        throw std::system_error{errno, std::generic_category(), out};
    pid_ = spawn(argv, fd, fd);
    ::close(fd);
}

child::child(child&& other) noexcept : pid_{std::exchange(other.pid_, 0)} {}

child::~child()
{
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGTERM);
    for (int i = 0; i < 3000; ++i) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::string installed(std::string const& name)
{
    for (char const* const directory :
         {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
        if (std::string const path = directory + name; ::access(path.c_str(), X_OK) == 0)
            return path;
    return "";
}

std::string output_of(std::string const& command)
{
    std::FILE* const from = ::popen(command.c_str(), "re");
    if (from == nullptr)
        throw std::system_error{errno, std::generic_category(), command};
    std::string text;
    char bytes[4096];
    for (std::size_t n; (n = std::fread(bytes, 1, sizeof bytes, from)) > 0;)
        text.append(bytes, n);
    ::pclose(from);
    return text;
}

std::vector<pid_t> family(pid_t of)
{
    std::vector<pid_t> found{of};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (pid_t const each : children_of(found[i]))
            found.push_back(each);
    return found;
}

pid_t child_with(pid_t parent, std::string const& word)
{
    for (pid_t const each : children_of(parent)) {
        std::string const line = slurp("/proc/" + std::to_string(each) + "/cmdline");
        if (line.find(word) != std::string::npos)
            return each;
    }
    return 0;
}

double cpu_us(std::vector<pid_t> const& pids)
{
    double ticks = 0;
    for (pid_t const pid : pids) {
        auto const words = stat_words(pid);
        if (words.size() < 13)
            throw std::runtime_error{"process " + std::to_string(pid) + " has ended"};
        ticks += std::stod(words[11]) + std::stod(words[12]); // utime, stime
    }
    return ticks * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double pss_kib(std::vector<pid_t> const& pids)
{
    double sum = 0;
    for (pid_t const pid : pids) {
        std::ifstream in{"/proc/" + std::to_string(pid) + "/smaps_rollup"};
        for (std::string line; std::getline(in, line);)
            if (line.starts_with("Pss:"))
                sum += std::stod(line.substr(4));
    }
    return sum;
}

int free_ports(int count)
{
    static std::mt19937 random{std::random_device{}()};
    std::uniform_int_distribution<int> anywhere{10'000, 32'000};
    for (int attempt = 0; attempt < 1000; ++attempt) {
        int const first = anywhere(random);
        int next = first;
        while (next < first + count && is_free(next))
            ++next;
        if (next == first + count)
            return first;
    }
    throw std::runtime_error{"no free ports"};
}

} // namespace bench
