#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/subject.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <map>
#include <stdexcept>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr long bytes_in_all = 160'000'000;
constexpr long line_length = 80;

double seconds(std::timespec const& t)
{
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

double wall_clock()
{
    std::timespec t{};
    ::clock_gettime(CLOCK_REALTIME, &t);
    return seconds(t);
}

double last_write(std::string const& file)
{
    struct ::stat s {};
    if (::stat(file.c_str(), &s) != 0)
        throw std::runtime_error{"no output in " + file};
    return seconds(s.st_mtim);
}

std::string writer(subject const& s, int number, long lines)
{
    std::string const tag = "w" + std::to_string(number);
    return std::string{BENCH_CHILD} + " lines " + s.report_fifo() + " " + tag + " " +
           s.file("gate") + " " + std::to_string(lines) + " " + std::to_string(line_length);
}

// Counts the marked lines of each writer. A line counts if it is complete and has the next number.
class line_check {
public:
    void line(std::string_view text)
    {
        std::size_t const mark = text.find('@');
        if (mark == std::string_view::npos)
            return; // a line of the supervisor's own
        std::string_view const rest = text.substr(mark + 1);
        std::size_t const colon = rest.find(':');
        if (colon == std::string_view::npos || rest.size() != line_length - 2)
            throw std::runtime_error{"a damaged line: " + std::string{text}};
        long& next = next_[std::string{rest.substr(0, colon)}];
        if (std::stol(std::string{rest.substr(colon + 1, 9)}) != next)
            throw std::runtime_error{"a line is missing or out of order: " + std::string{text}};
        std::string_view const fill = rest.substr(colon + 11);
        char const letter = static_cast<char>('a' + next % 26);
        if (fill.find_first_not_of(letter) != std::string_view::npos)
            throw std::runtime_error{"a damaged line: " + std::string{text}};
        ++next;
        ++count_;
    }
    long count() const { return count_; }

private:
    std::map<std::string, long> next_;
    long count_ = 0;
};

void check_lines(std::string const& file, long expected)
{
    int const fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct ::stat s {};
    ::fstat(fd, &s);
    auto const size = static_cast<std::size_t>(s.st_size);
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (mapped == MAP_FAILED)
        throw std::runtime_error{"no output in " + file};
    line_check check;
    std::string_view rest{static_cast<char const*>(mapped), size};
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find('\n'), rest.size() - 1);
        check.line(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    ::munmap(mapped, size);
    if (check.count() != expected)
        throw std::runtime_error{std::to_string(check.count()) + " lines of " +
                                 std::to_string(expected) + " arrived"};
}

// Megabytes of payload per second, from the opening of the gate to the last write of the output.
double through(kind what, int writers)
{
    long const lines = bytes_in_all / line_length / writers;
    subject s{what};
    ::mkfifo(s.file("gate").c_str(), 0600);
    subject::entries types;
    for (int i = 1; i <= writers; ++i)
        types.emplace_back("w" + std::to_string(i), "exec " + writer(s, i, lines));
    s.start(types);
    s.wait_for_reports(types.size());
    double const begin = wall_clock();
    int const gate = ::open(s.file("gate").c_str(), O_WRONLY | O_CLOEXEC);
    s.wait_for_end();
    ::close(gate);
    check_lines(s.output(), lines * writers);
    return static_cast<double>(bytes_in_all) / 1e6 / (last_write(s.output()) - begin);
}

// The baseline: the same bytes through a pipe and a cat for each writer, to a file of its own.
double through_cat(int writers)
{
    long const lines = bytes_in_all / line_length / writers;
    subject s{kind::spawner};
    ::mkfifo(s.file("gate").c_str(), 0600);
    subject::entries types;
    for (int i = 1; i <= writers; ++i) {
        std::string const file = s.output() + std::to_string(i);
        types.emplace_back("w" + std::to_string(i), writer(s, i, lines) + " | cat >" + file);
    }
    s.start(types);
    s.wait_for_reports(types.size());
    double const begin = wall_clock();
    int const gate = ::open(s.file("gate").c_str(), O_WRONLY | O_CLOEXEC);
    s.wait_for_end();
    ::close(gate);
    double end = begin;
    for (int i = 1; i <= writers; ++i)
        end = std::max(end, last_write(s.output() + std::to_string(i)));
    return static_cast<double>(bytes_in_all) / 1e6 / (end - begin);
}

} // namespace

void logs(int pairs, int writers)
{
    std::string const name = "logs, " + std::to_string(writers) + " x 80 B to a file";
    figure copying{
        .name = name + ", to the C prefixer", .unit = "MB/s", .decimals = 0, .ratio_at_least = 0.5};
    figure cat{.name = name + ", to cat", .unit = "MB/s", .decimals = 0};
    copying.pairs = take_turns(
        pairs,
        [&] {
            double const ours = through(kind::procd, writers);
            cat.pairs.push_back({ours, through_cat(writers)});
            return ours;
        },
        [&] { return through(kind::prefixer, writers); });
    print(copying);
    print(cat);
}

} // namespace bench
