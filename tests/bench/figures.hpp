// The result of a measurement: pairs of samples taken in turns, and how they are printed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

// A sample of the supervisor and a sample of the baseline (the physical limit), taken one right
// after the other.
struct pair {
    double ours = 0;
    double baseline = 0;
};

struct figure {
    std::string name;
    std::string unit;
    int decimals = 1;
    // The targets, if there are any: for the median ratio ours / baseline (at least for a
    // throughput, at most for a time or a size), or for the median of ours alone.
    std::optional<double> ratio_at_least = {}, ratio_at_most = {}, value_at_most = {};
    std::vector<pair> pairs = {};
};

double median(std::vector<double> values);
double upper_quartile(std::vector<double> values);

// Runs both functions `count` times in turns. Their order changes each time, so that neither always
// comes first.
std::vector<pair> take_turns(int count, std::function<double()> const& ours,
                             std::function<double()> const& baseline);

// Prints the table: a header, then one line for each figure.
void print_header();
void print(figure const& f);

} // namespace bench
