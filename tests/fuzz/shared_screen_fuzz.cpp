// Shows any bytes on a shared screen, in portions of any size: no control character but tab and
// bell comes through, no escape but a style, and every piece with a style ends plain. The answers
// of a terminal hold nothing but the three that it has.
#include "supervisor/core/shared_screen.hpp"
#include "supervisor/core/terminal_answers.hpp"
#include "tests/fuzz/require.hpp"

namespace {

// The end of a style that begins at `at`.
std::size_t end_of_style(std::string const& text, std::size_t at)
{
    fuzz::require(text.substr(at, 2) == "\x1b[");
    auto const end = text.find_first_not_of("0123456789;:", at + 2);
    fuzz::require(end != std::string::npos && text[end] == 'm');
    return end;
}

void check_shown(std::string const& text)
{
    bool styled = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c == 0x1b) {
            styled = true;
            i = end_of_style(text, i);
        } else {
            fuzz::require((c >= 0x20 && c != 0x7f) || c == '\t' || c == '\a');
            bool const two = c == 0xc2 && i + 1 < text.size();
            fuzz::require(!two || static_cast<unsigned char>(text[i + 1]) >= 0xa0);
        }
    }
    fuzz::require(!styled || text.ends_with("\x1b[0m"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes = fuzz::text(data, size);
    core::shared_screen screen;
    core::terminal_answers terminal;
    std::size_t const portion = bytes.empty() ? 1 : 1 + std::size_t{data[0]} % 9;
    for (std::size_t at = 0; at < bytes.size(); at += portion) {
        auto piece = bytes.substr(at, portion);
        auto const answers = terminal.answer(piece);
        fuzz::require(answers.empty() || answers.starts_with("\x1b["));
        auto const newline = piece.find('\n');
        check_shown(screen
                        .piece(piece.substr(0, newline), newline == std::string::npos
                                                             ? core::shared_screen::line::goes_on
                                                             : core::shared_screen::line::ends)
                        .text);
    }
    check_shown(
        screen.piece(bytes.substr(0, bytes.find('\n')), core::shared_screen::line::ends).text);
    return 0;
}
