#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/subject.hpp"

#include <csignal>

namespace bench {

namespace {

double start_time(kind what, int count)
{
    subject s{what};
    auto const types = s.sleepers(count);
    auto const begin = clock::now();
    s.start(types);
    milliseconds const taken = s.wait_for_reports(types.size()) - begin;
    s.stop();
    return taken.count();
}

double stop_time(kind what, int count)
{
    subject s{what};
    auto const types = s.sleepers(count);
    s.start(types);
    s.wait_for_reports(types.size());
    return s.stop().count();
}

// Each child is killed only once, because a supervisor may delay a child that dies again and again.
double replacement_time(subject& s, int number)
{
    pid_t const victim = s.children().at("c" + std::to_string(number));
    auto const begin = clock::now();
    ::kill(victim, SIGKILL);
    return milliseconds{s.wait_for_reports(1) - begin}.count();
}

} // namespace

void start(int pairs, int count)
{
    figure f{.name = "start of " + std::to_string(count),
             .unit = "ms",
             .ratio_at_most = count == 1 ? 2.0 : 1.3};
    f.pairs = take_turns(
        pairs, [&] { return start_time(kind::procd, count); },
        [&] { return start_time(kind::spawner, count); });
    print(f);
}

void stop(int pairs, int count)
{
    figure f{.name = "stop of " + std::to_string(count), .unit = "ms", .ratio_at_most = 1.9};
    f.pairs = take_turns(
        pairs, [&] { return stop_time(kind::procd, count); },
        [&] { return stop_time(kind::spawner, count); });
    print(f);
}

void replace(int pairs)
{
    figure f{.name = "replacement of a killed process",
             .unit = "ms",
             .decimals = 2,
             .ratio_at_most = 1.5};
    subject ours{kind::procd_restarting};
    subject baseline{kind::spawner_restarting};
    for (subject* const s : {&ours, &baseline}) {
        s->start(s->sleepers(pairs));
        s->wait_for_reports(static_cast<std::size_t>(pairs));
    }
    int next_ours = 0;
    int next_baseline = 0;
    f.pairs = take_turns(
        pairs, [&] { return replacement_time(ours, ++next_ours); },
        [&] { return replacement_time(baseline, ++next_baseline); });
    print(f);
    ours.stop();
    baseline.stop();
}

} // namespace bench
