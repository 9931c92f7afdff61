// bench_front [--rounds N] [--seconds S] [NAME ...]: measures the front port beside haproxy and
// nginx, in turns in the same run, and prints a table in Markdown.
#include "tests/bench/front/processes.hpp"
#include "tests/bench/front/rows.hpp"
#include "tests/bench/front/table.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

struct measurement {
    char const* name;
    void (*run)(bench::rounds const&);
    bool needs_wrk;
};

constexpr measurement all[] = {
    {"small", bench::small_answers, true},    {"large", bench::large_answers, true},
    {"latency", bench::added_latency, true},  {"memory", bench::front_memory, false},
    {"balance", bench::front_balance, false}, {"changes", bench::front_changes, false},
    {"logged", bench::logged_answers, true},
};

int usage()
{
    std::fputs("usage: bench_front [--rounds N] [--seconds S] [NAME ...]\nnames:", stderr);
    for (measurement const& m : all)
        std::fprintf(stderr, " %s", m.name);
    std::fputc('\n', stderr);
    return 2;
}

// 10,000 connections need as many descriptors, here and in the proxies.
void allow_many_files()
{
    ::rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

constexpr char const* machine = R"sh(
LC_ALL=C date +%Y-%m-%d
sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1
. /etc/os-release
echo "$(nproc) cores, $PRETTY_NAME, kernel $(uname -r), load $(cut -d' ' -f1 /proc/loadavg)"
for program in haproxy nginx wrk; do
    dpkg-query -W -f '${Package} ${Version}\n' $program 2>/dev/null | grep ' .' ||
        echo "$program: version unknown"
done
)sh";

// The lines that a figure needs: when, where, and beside what.
void introduce(bench::rounds const& r)
{
    std::printf("%s%d rounds of %d s in turn.\n", bench::output_of(machine).c_str(), r.count,
                r.seconds);
    for (char const* const each : {"haproxy", "nginx"})
        if (bench::installed(each).empty())
            std::printf("%s is not installed: its figures are left out.\n", each);
    if (bench::installed("nginx").empty())
        std::puts("The upstream is bench_web in the place of nginx.");
    if (bench::installed("wrk").empty())
        std::puts("wrk is not installed: throughput, CPU and latency are left out.");
    std::puts("");
}

} // namespace

int main(int argc, char** argv)
{
    bench::rounds r;
    std::vector<measurement const*> chosen;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        if (i + 1 < argc && word == "--rounds" && (r.count = std::atoi(argv[++i])) > 0)
            continue;
        if (i + 1 < argc && word == "--seconds" && (r.seconds = std::atoi(argv[++i])) > 0)
            continue;
        std::size_t const before = chosen.size();
        for (measurement const& m : all)
            if (word == m.name)
                chosen.push_back(&m);
        if (chosen.size() == before)
            return usage();
    }
    if (chosen.empty())
        for (measurement const& m : all)
            chosen.push_back(&m);
    allow_many_files();
    introduce(r);
    bench::print_table_header();
    bool failed = false;
    for (measurement const* const m : chosen) {
        if (m->needs_wrk && bench::installed("wrk").empty())
            continue;
        try {
            m->run(r);
        } catch (std::exception const& e) {
            std::fprintf(stderr, "bench_front: %s: %s\n", m->name, e.what());
            failed = true;
        }
    }
    return failed ? 1 : 0;
}
