// Reads any bytes as a message between procd and its router. A message that is read is the same
// after it was written and read again.
#include "supervisor/front/messages.hpp"
#include "tests/fuzz/require.hpp"

using namespace procd::front;

namespace {

// Boost.JSON 1.81 may miss the last digit of a fraction.
bool near(double a, double b)
{
    return a == b || (a > b ? a - b : b - a) <= (a + b) * 1e-12;
}

bool same(type_figures a, type_figures const& b)
{
    bool const close = near(a.load_ms, b.load_ms) && near(a.time_ms, b.time_ms) &&
                       near(a.requests_per_second, b.requests_per_second) &&
                       near(a.p50_ms, b.p50_ms) && near(a.p95_ms, b.p95_ms);
    a.load_ms = b.load_ms;
    a.time_ms = b.time_ms;
    a.requests_per_second = b.requests_per_second;
    a.p50_ms = b.p50_ms;
    a.p95_ms = b.p95_ms;
    return close && a == b;
}

bool same(report const& a, report const& b)
{
    auto const *one = std::get_if<figures>(&a), *other = std::get_if<figures>(&b);
    if (one == nullptr || other == nullptr)
        return a == b;
    if (one->number != other->number || one->types.size() != other->types.size())
        return false;
    for (std::size_t i = 0; i < one->types.size(); ++i)
        if (!same(one->types[i], other->types[i]))
            return false;
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes = fuzz::text(data, size);
    auto const as_order = read_order(bytes);
    auto const as_report = read_report(bytes);
    fuzz::require(!as_order || !as_report);
    if (as_order)
        fuzz::require(read_order(text_of(*as_order)) == as_order);
    if (as_report) {
        auto const again = read_report(text_of(*as_report));
        fuzz::require(again && same(*again, *as_report));
    }
    return 0;
}
