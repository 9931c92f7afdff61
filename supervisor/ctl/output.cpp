#include "supervisor/ctl/output.hpp"

#include "supervisor/ctl/failure.hpp"
#include "supervisor/os/tty.hpp"

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
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f)
            out += c;
        else
            (out += "\\x", out += digits[byte >> 4], out += digits[byte & 15]);
    }
    return out;
}

} // namespace ctl
