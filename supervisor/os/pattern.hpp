// Extended regular expressions, as grep -E has them, on bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace os {

class pattern {
public:
    explicit pattern(std::string const& text);
    // Why the text is no expression; empty if it is one.
    std::string const& error() const { return error_; }
    bool found_in(std::string_view line) const;

private:
    struct compiled;
    std::shared_ptr<compiled> compiled_;
    std::string error_;
};

} // namespace os
