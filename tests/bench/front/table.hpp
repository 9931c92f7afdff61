// The figures of procd and its peers, printed as a table in Markdown that README can take.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bench {

// The samples of each round by the proxy's name.
using samples = std::map<std::string, std::vector<double>>;

struct row {
    std::string name; // with its unit
    int decimals = 1;
    samples values = {};
    // The goals, if there are any: for the median ratio procd / haproxy of the same round, or for
    // procd's median alone.
    std::optional<double> ratio_at_least = {}, ratio_at_most = {};
    std::optional<double> value_at_least = {}, value_at_most = {};
};

void print_table_header();
void print(row const& r);

} // namespace bench
