#include "supervisor/os/pattern.hpp"

#include <regex.h>

namespace os {

struct pattern::compiled {
    regex_t expression{};
    int status = 0;

    explicit compiled(std::string const& text)
        : status(::regcomp(&expression, text.c_str(), REG_EXTENDED | REG_NOSUB))
    {
    }
    compiled(compiled const&) = delete;
    compiled& operator=(compiled const&) = delete;
    ~compiled()
    {
        if (status == 0)
            ::regfree(&expression);
    }
};

pattern::pattern(std::string const& text) : compiled_(std::make_shared<compiled>(text))
{
    if (compiled_->status == 0)
        return;
    char words[256];
    ::regerror(compiled_->status, &compiled_->expression, words, sizeof words);
    error_ = words;
}

bool pattern::found_in(std::string_view line) const
{
    // REG_STARTEND gives the length, because a line may hold any byte.
    regmatch_t range{0, static_cast<regoff_t>(line.size())};
    return ::regexec(&compiled_->expression, line.data(), 1, &range, REG_STARTEND) == 0;
}

} // namespace os
