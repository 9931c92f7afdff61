#include "supervisor/ctl/http_response.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ctl {

namespace {

constexpr std::size_t longest_head = 64 << 10;
constexpr std::size_t longest_line = 4 << 10; // of a chunk's size or a trailer
constexpr std::string_view line_end = "\r\n";

bool same_word(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return procfile::text::to_lower(x) == procfile::text::to_lower(y);
    });
}

bool parse_number(std::string_view text, int base, std::uint64_t& to)
{
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, to, base);
    return read.ec == std::errc() && read.ptr == end;
}

} // namespace

void http_response::feed(std::string_view bytes)
{
    in_ += bytes;
    advance();
}

void http_response::end()
{
    if (state_ == state::to_end)
        state_ = state::done;
    else if (state_ != state::done)
        state_ = state::broken;
    keep_alive_ = false;
}

std::string http_response::take_body()
{
    return std::exchange(body_, {});
}

void http_response::next()
{
    state_ = state::head;
    status_ = 0;
    keep_alive_ = true;
    chunked_ = has_length_ = false;
    left_ = 0;
    body_.clear();
    advance();
}

// Each step says whether there was enough to go on.
void http_response::advance()
{
    for (bool more = true; more;) {
        switch (state_) {
        case state::head:
            more = read_head();
            break;
        case state::length:
        case state::chunk:
        case state::to_end:
            more = read_body();
            break;
        case state::chunk_size:
            more = read_chunk_size();
            break;
        case state::chunk_end:
            more = read_chunk_end();
            break;
        case state::trailer:
            more = read_trailer();
            break;
        case state::done:
        case state::broken:
            more = false;
            break;
        }
    }
}

bool http_response::break_off()
{
    state_ = state::broken;
    return false;
}

bool http_response::read_head()
{
    auto const end = in_.find("\r\n\r\n");
    if (end == std::string::npos)
        return in_.size() > longest_head ? break_off() : false;
    std::string const head = in_.substr(0, end + line_end.size());
    in_.erase(0, end + 2 * line_end.size());
    std::string_view rest = head;
    bool first = true;
    while (!rest.empty()) {
        auto const at = rest.find(line_end);
        auto const line = rest.substr(0, at);
        rest.remove_prefix(at + line_end.size());
        if (!(first ? read_status_line(line) : read_field(line)))
            return break_off();
        first = false;
    }
    if (status_ < 200 && status_ != 101)
        return true; // 100 Continue: the response itself follows
    if (chunked_)
        state_ = state::chunk_size;
    else if (status_ == 204 || (has_length_ && left_ == 0))
        state_ = state::done;
    else
        state_ = has_length_ ? state::length : state::to_end;
    return true;
}

bool http_response::read_status_line(std::string_view line)
{
    std::uint64_t code = 0;
    if (!line.starts_with("HTTP/1.") || line.size() < 12 ||
        !parse_number(line.substr(9, 3), 10, code) || code < 100)
        return false;
    status_ = static_cast<int>(code);
    keep_alive_ = line[7] == '1';
    return true;
}

bool http_response::read_field(std::string_view line)
{
    auto const colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return false;
    auto const name = line.substr(0, colon);
    auto const value = procfile::text::trim(line.substr(colon + 1));
    if (same_word(name, "content-length")) {
        has_length_ = true;
        return parse_number(value, 10, left_);
    }
    if (same_word(name, "transfer-encoding"))
        chunked_ = same_word(value, "chunked");
    if (same_word(name, "connection") && same_word(value, "close"))
        keep_alive_ = false;
    return true;
}

bool http_response::read_body()
{
    bool const counted = state_ != state::to_end;
    std::size_t const size =
        counted ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, in_.size())) : in_.size();
    body_.append(in_, 0, size);
    in_.erase(0, size);
    if (!counted)
        return false;
    left_ -= size;
    if (left_ > 0)
        return false;
    state_ = state_ == state::chunk ? state::chunk_end : state::done;
    return true;
}

bool http_response::read_chunk_size()
{
    auto const end = in_.find(line_end);
    if (end == std::string::npos)
        return in_.size() > longest_line ? break_off() : false;
    auto const line = std::string_view(in_).substr(0, end);
    auto const size = procfile::text::trim(line.substr(0, line.find(';')));
    if (!parse_number(size, 16, left_))
        return break_off();
    in_.erase(0, end + line_end.size());
    state_ = left_ == 0 ? state::trailer : state::chunk;
    return true;
}

bool http_response::read_chunk_end()
{
    if (in_.size() < line_end.size())
        return false;
    if (!in_.starts_with(line_end))
        return break_off();
    in_.erase(0, line_end.size());
    state_ = state::chunk_size;
    return true;
}

bool http_response::read_trailer()
{
    auto const end = in_.find(line_end);
    if (end == std::string::npos)
        return in_.size() > longest_line ? break_off() : false;
    in_.erase(0, end + line_end.size());
    if (end == 0)
        state_ = state::done;
    return true;
}

} // namespace ctl
