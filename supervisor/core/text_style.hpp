// Colours and attributes of text on a terminal, as SGR sequences (`CSI … m`) set them.
#pragma once

#include <string>
#include <string_view>

namespace core {

class text_style {
public:
    // Changes the style by the parameters of one sequence ("1;31"). False: it is another function
    // of a terminal with the same last letter. Unknown numbers change nothing.
    bool apply(std::string_view parameters);
    // The sequence that sets this style, when none is set before. Empty: none is needed.
    std::string sequence() const;
    bool plain() const { return sequence().empty(); }

    // The sequence that ends every style.
    static constexpr std::string_view reset = "\x1b[0m";

private:
    void apply_code(int code, std::string_view text);
    void turn(int attribute, bool on);

    unsigned attributes_ = 0; // a bit for each of 1 to 9
    std::string foreground_, background_, underline_;
};

} // namespace core
