#include "supervisor/core/probe_text.hpp"

#include "supervisor/core/duration.hpp"

#include <cmath>

namespace core {

namespace {

std::string seconds_text(std::chrono::milliseconds span)
{
    auto const ms = span.count();
    if (ms % 1000 == 0)
        return std::to_string(ms / 1000) + 's';
    return std::to_string(ms) + "ms";
}

std::string action_text(procfile::probe_settings const& p)
{
    auto const port = (p.port ? std::to_string(*p.port) : std::string("$PORT")) +
                      (p.host.empty() ? "" : " host=" + p.host);
    std::string text;
    switch (p.action) {
    case procfile::probe_action::http:
        text = "http-get headers=[";
        for (std::size_t i = 0; i < p.headers.size(); ++i)
            text += (i == 0 ? "" : " ") + p.headers[i].first; // the value may be a secret
        return text + "] path=" + p.path + " port=" + port;
    case procfile::probe_action::tcp:
        return "tcp-socket port=" + port;
    case procfile::probe_action::exec:
        text = "exec [";
        for (std::size_t i = 0; i < p.command.size(); ++i)
            text += (i == 0 ? "" : " ") + p.command[i];
        return text + ']';
    }
    return text;
}

} // namespace

std::string probe_text(procfile::probe_settings const& p)
{
    return action_text(p) + " delay=" + seconds_text(p.initial_delay) +
           " timeout=" + seconds_text(p.timeout) + " period=" + seconds_text(p.period) +
           " #success=" + std::to_string(p.success) + " #failure=" + std::to_string(p.failure);
}

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t step = 1024;
    std::string_view const units[] = {"", "Ki", "Mi", "Gi", "Ti"};
    std::size_t unit = 0;
    while (bytes != 0 && bytes % step == 0 && unit + 1 < std::size(units)) {
        bytes /= step;
        ++unit;
    }
    return std::to_string(bytes) + std::string(units[unit]);
}

std::string cores_text(double cores)
{
    auto const thousandths = std::llround(cores * 1000);
    auto text = std::to_string(thousandths / 1000);
    if (auto rest = thousandths % 1000; rest != 0) {
        auto digits = std::to_string(rest);
        digits.insert(0, 3 - digits.size(), '0');
        while (digits.back() == '0')
            digits.pop_back();
        text += '.' + digits;
    }
    return text;
}

} // namespace core
