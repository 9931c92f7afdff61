#include "supervisor/front/body.hpp"

#include <algorithm>

namespace procd::front {

body_scanner::body_scanner(framing how)
    : how_(how), left_(how.length),
      done_(how.by == framing::kind::none || (how.by == framing::kind::length && how.length == 0))
{
}

std::size_t body_scanner::feed(std::string_view bytes)
{
    if (done_ || bad_)
        return 0;
    return how_.by == framing::kind::chunked ? note(chunks_.feed(bytes)) : pass(bytes.size());
}

std::size_t body_scanner::decode(std::string_view bytes, std::string& payload)
{
    if (done_ || bad_)
        return 0;
    if (how_.by == framing::kind::chunked)
        return note(chunks_.decode(bytes, payload));
    auto const count = pass(bytes.size());
    payload.append(bytes.substr(0, count));
    return count;
}

std::size_t body_scanner::pass(std::size_t bytes)
{
    auto const count = most_of(bytes);
    if (how_.by == framing::kind::until_close) {
        left_ += count;
        return count;
    }
    left_ -= count;
    done_ = left_ == 0;
    return count;
}

std::size_t body_scanner::most_of(std::size_t bytes) const
{
    if (how_.by == framing::kind::until_close)
        return bytes;
    return static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes));
}

bool body_scanner::is_long() const
{
    constexpr std::uint64_t large = 64 << 10, worth_a_pipe = 16 << 10;
    if (done_ || how_.by == framing::kind::chunked)
        return false;
    if (how_.by == framing::kind::until_close)
        return left_ >= large;
    return how_.length >= large && left_ >= worth_a_pipe;
}

std::size_t body_scanner::note(chunk_scanner::step s)
{
    done_ = s.done;
    bad_ = s.bad;
    return s.used;
}

void body_scanner::end()
{
    if (how_.by == framing::kind::until_close)
        done_ = true;
    else if (!done_)
        bad_ = true;
}

} // namespace procd::front
