// Parses any text as a formation: the result prints as the same formation, and each count is in its
// range.
#include "procfile/formation.hpp"
#include "procfile/procfile.hpp"
#include "tests/fuzz/require.hpp"

using namespace procfile;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text = fuzz::text(data, size);
    if (formation_result<change> const c = parse_change(text)) {
        fuzz::require(valid_type(c->type) && c->amount >= 0 && c->amount <= max_count);
        char const sign = c->kind == change_kind::set   ? '='
                          : c->kind == change_kind::add ? '+'
                                                        : '-';
        fuzz::require(parse_change(c->type + sign + std::to_string(c->amount)).value() == *c);
        formation_result<std::map<std::string, int>> const counts =
            procfile::apply(std::vector{*c}, {{"web", 1}, {c->type, 5}});
        if (counts)
            for (auto const& [type, count] : *counts)
                fuzz::require(count >= 0 && count <= max_count);
    }
    formation_result<std::vector<change>> const formation = parse_formation(text);
    if (!formation) {
        fuzz::require(!formation.error().message.empty() && !formation.error().unknown_type);
        return 0;
    }
    std::vector<std::string> types{"web"};
    for (change const& c : *formation)
        types.push_back(c.type);
    auto const counts = resolve(*formation, types, 1);
    fuzz::require(counts.has_value() && counts->at("web") <= max_count);
    return 0;
}
