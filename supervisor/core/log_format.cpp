#include "supervisor/core/log_format.hpp"

#include <array>

namespace core {

namespace {

constexpr std::size_t least_width = 6;

void append_clock(std::string& out, std::chrono::seconds local)
{
    constexpr long long day = 86'400; // seconds
    auto const in_day = static_cast<int>(((local.count() % day) + day) % day);
    std::array<char, 9> text{'0', '0', ':', '0', '0', ':', '0', '0', ' '};
    auto const two = [&](std::size_t at, int value) {
        text[at] = static_cast<char>('0' + value / 10);
        text[at + 1] = static_cast<char>('0' + value % 10);
    };
    two(0, in_day / 3600);
    two(3, in_day / 60 % 60);
    two(6, in_day % 60);
    out.append(text.data(), text.size());
}

} // namespace

std::string_view color_escape(int position)
{
    static constexpr std::array<std::string_view, 12> colors{
        "\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[31m", "\x1b[34m",
        "\x1b[96m", "\x1b[93m", "\x1b[92m", "\x1b[95m", "\x1b[91m", "\x1b[94m"};
    return position < 0 ? "\x1b[37m" : colors[static_cast<std::size_t>(position) % colors.size()];
}

std::string line_prefix(prefix_style const& style, std::string_view name, int position,
                        std::chrono::seconds local)
{
    auto const width = std::max(style.name_width, least_width);
    std::string out;
    out.reserve(std::max(width, name.size()) + 24); // room for escapes, time and bar too
    if (style.color)
        out += color_escape(position);
    if (style.timestamps)
        append_clock(out, local);
    out += name;
    if (name.size() < width)
        out.append(width - name.size(), ' ');
    out += style.color ? " |\x1b[0m " : " | ";
    return out;
}

void append_lines(text_buffer& out, std::string_view prefix, line_run const& run,
                  std::uint32_t begin)
{
    char* const start = out.room(run.bytes.size() + run.ends.size() * prefix.size());
    char* to = start;
    char const* const from = run.bytes.data();
    for (auto const end : run.ends) {
        std::memcpy(to, prefix.data(), prefix.size());
        to += prefix.size();
        std::memcpy(to, from + begin, end - begin);
        to += end - begin;
        begin = end;
    }
    out.used(static_cast<std::size_t>(to - start));
}

bool use_color(color_when when, color_facts const& facts)
{
    switch (when) {
    case color_when::always:
        return true;
    case color_when::never:
        return false;
    case color_when::automatic:
        break;
    }
    if (facts.no_color && !facts.no_color->empty())
        return false;
    if (facts.clicolor_force && !facts.clicolor_force->empty() && *facts.clicolor_force != "0")
        return true;
    return facts.terminal && facts.term.value_or("") != "dumb";
}

} // namespace core
