#include "tests/bench/front/table.hpp"

#include "tests/bench/figures.hpp"

#include <algorithm>
#include <cstdio>

namespace bench {

namespace {

std::string number(double value, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    std::string with_commas = text;
    std::size_t const whole = std::min(with_commas.find('.'), with_commas.size());
    std::size_t const sign = value < 0 ? 1 : 0;
    for (std::size_t at = whole; at > sign + 3; at -= 3)
        with_commas.insert(at - 3, ",");
    return with_commas;
}

std::string cell(row const& r, char const* who)
{
    auto const found = r.values.find(who);
    return found == r.values.end() ? "–" : number(median(found->second), r.decimals);
}

std::optional<double> ratio_to_haproxy(row const& r)
{
    auto const ours = r.values.find("procd");
    auto const theirs = r.values.find("haproxy");
    if (ours == r.values.end() || theirs == r.values.end())
        return std::nullopt;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(ours->second.size(), theirs->second.size()); ++i)
        ratios.push_back(theirs->second[i] > 0 ? ours->second[i] / theirs->second[i] : 0);
    return median(ratios);
}

std::string verdict(std::string const& relation, double limit, bool held)
{
    std::string text = number(limit, 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return relation + text + (held ? ": ok" : ": MISSED");
}

std::string goals(row const& r)
{
    std::string text;
    auto const add = [&](std::string const& one) { text += (text.empty() ? "" : "; ") + one; };
    double const ours = median(r.values.at("procd"));
    if (auto const ratio = ratio_to_haproxy(r)) {
        if (r.ratio_at_least)
            add(verdict("ratio >= ", *r.ratio_at_least, *ratio >= *r.ratio_at_least));
        if (r.ratio_at_most)
            add(verdict("ratio <= ", *r.ratio_at_most, *ratio <= *r.ratio_at_most));
    }
    if (r.value_at_least)
        add(verdict(">= ", *r.value_at_least, ours >= *r.value_at_least));
    if (r.value_at_most)
        add(verdict("<= ", *r.value_at_most, ours <= *r.value_at_most));
    return text.empty() ? "–" : text;
}

} // namespace

void print_table_header()
{
    std::printf("| median of the rounds | procd | haproxy | nginx | procd / haproxy | goal |\n"
                "|---|--:|--:|--:|--:|---|\n");
}

void print(row const& r)
{
    auto const ratio = ratio_to_haproxy(r);
    std::printf("| %s | %s | %s | %s | %s | %s |\n", r.name.c_str(), cell(r, "procd").c_str(),
                cell(r, "haproxy").c_str(), cell(r, "nginx").c_str(),
                ratio ? number(*ratio, 2).c_str() : "–", goals(r).c_str());
    std::fflush(stdout);
}

} // namespace bench
