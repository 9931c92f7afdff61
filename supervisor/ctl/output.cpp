#include "supervisor/ctl/output.hpp"

#include "procfile/text.hpp"
#include "supervisor/ctl/failure.hpp"
#include "supervisor/os/tty.hpp"

#include <boost/json/serialize.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace ctl {

void print(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return;
    if (errno == EPIPE)
        throw failure{exit_failed, {}};
    throw failure{exit_failed, std::string("cannot write the output: ") + std::strerror(errno)};
}

void print_error(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
}

bool output_is_terminal()
{
    return os::is_terminal(1);
}

bool error_is_terminal()
{
    return os::is_terminal(2);
}

std::string without_controls(std::string_view text)
{
    return procfile::text::visible(text);
}

std::string lines_without_controls(std::string_view text)
{
    return procfile::text::visible_lines(text);
}

std::string harmless_json(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    while (!text.empty()) {
        std::size_t const length = procfile::text::printable_length(text);
        auto byte = static_cast<unsigned char>(text.front());
        bool const c1 = length == 0 && byte == 0xC2 && text.size() > 1; // U+0080 to U+009F
        if (c1)
            byte = static_cast<unsigned char>(text[1]);
        if (length > 0)
            out += text.substr(0, length);
        else if (byte < 0x80 || c1)
            (out += "\\u00", out += digits[byte >> 4], out += digits[byte & 15]);
        else
            out += "\\ufffd"; // no UTF-8
        text.remove_prefix(length > 0 ? length : c1 ? 2 : 1);
    }
    return out;
}

void print_json_text(std::string_view text)
{
    print(harmless_json(text) + '\n');
}

void print_json(boost::json::value const& value)
{
    print_json_text(boost::json::serialize(value));
}

boost::json::value harmless(boost::json::value value)
{
    if (auto* const text = value.if_string())
        *text = without_controls(std::string_view(*text));
    if (auto* const array = value.if_array())
        for (auto& item : *array)
            item = harmless(std::move(item));
    if (auto* const object = value.if_object())
        for (auto& member : *object)
            member.value() = harmless(std::move(member.value()));
    return value;
}

} // namespace ctl
