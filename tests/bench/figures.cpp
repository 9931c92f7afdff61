#include "tests/bench/figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bench {

namespace {

double quantile(std::vector<double> values, double part)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    double const at = part * static_cast<double>(values.size() - 1);
    auto const below = static_cast<std::size_t>(std::floor(at));
    auto const above = static_cast<std::size_t>(std::ceil(at));
    return values[below] + (values[above] - values[below]) * (at - std::floor(at));
}

std::vector<double> each(figure const& f, double (*of)(pair const&))
{
    std::vector<double> values;
    for (pair const& p : f.pairs)
        values.push_back(of(p));
    return values;
}

std::string number(double value, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string verdict(figure const& f, double ours, double ratio)
{
    auto const say = [](bool held, char const* relation, double limit, char const* what) {
        return std::string{held ? "ok, " : "MISSED, "} + what + relation + number(limit, 2);
    };
    if (f.ratio_at_least)
        return say(ratio >= *f.ratio_at_least, " >= ", *f.ratio_at_least, "ratio");
    if (f.ratio_at_most)
        return say(ratio <= *f.ratio_at_most, " <= ", *f.ratio_at_most, "ratio");
    if (f.value_at_most)
        return say(ours <= *f.value_at_most, " <= ", *f.value_at_most, "value");
    return "-";
}

} // namespace

double median(std::vector<double> values)
{
    return quantile(std::move(values), 0.5);
}

double upper_quartile(std::vector<double> values)
{
    return quantile(std::move(values), 0.75);
}

std::vector<pair> take_turns(int count, std::function<double()> const& ours,
                             std::function<double()> const& baseline)
{
    std::vector<pair> pairs;
    for (int i = 0; i < count; ++i) {
        pair p;
        if (i % 2 == 0) {
            p.ours = ours();
            p.baseline = baseline();
        } else {
            p.baseline = baseline();
            p.ours = ours();
        }
        pairs.push_back(p);
    }
    return pairs;
}

void print_header()
{
    std::printf("%-44s %12s %12s %8s %10s %6s  %s\n", "median of", "procd", "baseline", "ratio",
                "upper qu.", "pairs", "limit");
}

void print(figure const& f)
{
    double const ours = median(each(f, [](pair const& p) { return p.ours; }));
    double const baseline = median(each(f, [](pair const& p) { return p.baseline; }));
    std::vector<double> const ratios =
        each(f, [](pair const& p) { return p.baseline > 0 ? p.ours / p.baseline : 0.0; });
    double const ratio = median(ratios);
    std::printf("%-44s %12s %12s %8s %10s %6zu  %s\n", (f.name + ", " + f.unit).c_str(),
                number(ours, f.decimals).c_str(), number(baseline, f.decimals).c_str(),
                baseline > 0 ? number(ratio, 2).c_str() : "-",
                baseline > 0 ? number(upper_quartile(ratios), 2).c_str() : "-", f.pairs.size(),
                verdict(f, ours, ratio).c_str());
    std::fflush(stdout);
}

} // namespace bench
