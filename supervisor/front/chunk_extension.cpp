#include "supervisor/front/chunk_extension.hpp"

#include "supervisor/front/head_fields.hpp"

namespace procd::front {

bool chunk_extension::take(char c)
{
    state_ = next(c);
    return state_ != state::bad;
}

bool chunk_extension::whole() const
{
    return state_ == state::name || state_ == state::value || state_ == state::quoted_end;
}

chunk_extension::state chunk_extension::next(char c) const
{
    switch (state_) {
    case state::name_begin:
        return is_token_character(c) ? state::name : state::bad;
    case state::name:
        if (c == '=')
            return state::value_begin;
        return c == ';' ? state::name_begin : is_token_character(c) ? state::name : state::bad;
    case state::value_begin:
        return c == '"' ? state::quoted : is_token_character(c) ? state::value : state::bad;
    case state::value:
        return c == ';' ? state::name_begin : is_token_character(c) ? state::value : state::bad;
    case state::quoted:
        if (c == '"' || c == '\\')
            return c == '"' ? state::quoted_end : state::quoted_pair;
        return is_value_character(c) ? state::quoted : state::bad;
    case state::quoted_pair:
        return is_value_character(c) ? state::quoted : state::bad;
    case state::quoted_end:
        return c == ';' ? state::name_begin : state::bad;
    case state::bad:
        break;
    }
    return state::bad;
}

} // namespace procd::front
