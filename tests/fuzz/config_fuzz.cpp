// Parses any text as procd.toml: every value of the result is in the range that the daemon needs.
#include "procfile/config.hpp"
#include "procfile/formation.hpp"
#include "tests/fuzz/require.hpp"

using namespace procfile;

namespace {

void check(type_settings const& s)
{
    fuzz::require(s.count.value_or(0) >= 0 && s.count.value_or(0) <= max_count);
    fuzz::require(s.stop_signal >= 1 && s.stop_signal <= 64 && s.max_restarts >= 0);
    fuzz::require(s.backoff.initial.count() >= 0 && s.backoff.initial <= s.backoff.max);
    fuzz::require(s.umask.value_or(0) <= 0777u && s.limits.open_files.value_or(1) >= 1);
    fuzz::require(!s.autoscale || (s.autoscale->min >= 1 && s.autoscale->min <= s.autoscale->max));
    for (auto const* probe : {&s.readiness, &s.liveness, &s.startup})
        fuzz::require(!*probe || ((*probe)->period.count() > 0 && (*probe)->failure > 0));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text = fuzz::text(data, size);
    parsed_config const parsed = parse_config(text, "procd.toml");
    check(parsed.value.defaults);
    for (auto const& type : parsed.value.types)
        check(type.second);
    fuzz::require(!parsed.value.name || valid_app_name(*parsed.value.name));
    fuzz::check_findings(parsed.diagnostics, text);
    return 0;
}
