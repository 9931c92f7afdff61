// bench [--pairs N] [NAME ...]: measures procd and physical baselines in turns, in the same run.
// Prints the median ratio of the pairs and its upper quartile.
#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

struct measurement {
    char const* name;
    int least_pairs; // shorter measurements take more pairs
    std::function<void(int pairs)> run;
};

std::vector<measurement> const& all()
{
    static std::vector<measurement> const table{
        {"logs-1", 15, [](int n) { bench::logs(n, 1); }},
        {"logs-8", 15, [](int n) { bench::logs(n, 8); }},
        {"start-1", 51, [](int n) { bench::start(n, 1); }},
        {"start-100", 15, [](int n) { bench::start(n, 100); }},
        {"start-500", 15, [](int n) { bench::start(n, 500); }},
        {"stop-100", 15, [](int n) { bench::stop(n, 100); }},
        {"replace", 31, [](int n) { bench::replace(n); }},
        {"ps", 101, [](int n) { bench::ps_command(n); }},
        {"status", 15, [](int n) { bench::status_request(n); }},
        {"many", 15, [](int n) { bench::many(n); }},
        {"idle", 15, [](int n) { bench::idle(n); }},
    };
    return table;
}

int usage()
{
    std::fputs("usage: bench [--pairs N] [NAME ...]\nnames:", stderr);
    for (measurement const& m : all())
        std::fprintf(stderr, " %s", m.name);
    std::fputc('\n', stderr);
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    int pairs = 0;
    std::vector<measurement const*> chosen;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        if (word == "--pairs" && i + 1 < argc && (pairs = std::atoi(argv[++i])) > 0)
            continue;
        std::size_t const before = chosen.size();
        for (measurement const& m : all())
            if (word == m.name)
                chosen.push_back(&m);
        if (chosen.size() == before)
            return usage();
    }
    if (chosen.empty())
        for (measurement const& m : all())
            chosen.push_back(&m);
    bench::print_header();
    bool failed = false;
    for (measurement const* const m : chosen) {
        try {
            m->run(pairs > 0 ? pairs : m->least_pairs);
        } catch (std::exception const& e) {
            std::fprintf(stderr, "bench: %s: %s\n", m->name, e.what());
            failed = true;
        }
    }
    return failed ? 1 : 0;
}
