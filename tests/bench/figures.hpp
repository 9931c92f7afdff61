// What a measurement gives: pairs of samples taken in turns, and how they are printed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

// One sample of what is measured and one of what physics allows, taken right after one another.
struct pair {
    double ours = 0;
    double baseline = 0;
};

struct figure {
    std::string name;
    std::string unit;
    int decimals = 1;
    // What it is held against, if anything: the median ratio ours / baseline (at least, for a
    // throughput; at most, for a time or a size), or the median of ours alone.
    std::optional<double> ratio_at_least = {}, ratio_at_most = {}, value_at_most = {};
    std::vector<pair> pairs = {};
};

double median(std::vector<double> values);
double upper_quartile(std::vector<double> values);

// Runs both `count` times in turns, the order changing each time so that neither always comes
// first.
std::vector<pair> take_turns(int count, std::function<double()> const& ours,
                             std::function<double()> const& baseline);

// The table: one header, then one line a figure.
void print_header();
void print(figure const& f);

} // namespace bench
