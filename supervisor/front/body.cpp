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
    return how_.by == framing::kind::chunked ? note(chunks_.feed(bytes)) : plain(bytes);
}

std::size_t body_scanner::decode(std::string_view bytes, std::string& payload)
{
    if (done_ || bad_)
        return 0;
    if (how_.by == framing::kind::chunked)
        return note(chunks_.decode(bytes, payload));
    auto const count = plain(bytes);
    payload.append(bytes.substr(0, count));
    return count;
}

std::size_t body_scanner::plain(std::string_view bytes)
{
    if (how_.by == framing::kind::until_close)
        return bytes.size();
    auto const count = std::min<std::uint64_t>(left_, bytes.size());
    left_ -= count;
    done_ = left_ == 0;
    return static_cast<std::size_t>(count);
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
