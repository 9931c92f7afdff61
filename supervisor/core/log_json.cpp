// The JSON half of log_format. With --log-format json every line passes through here, so it writes
// the text directly and builds no value of Boost.JSON.
#include "supervisor/core/log_json.hpp"

#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/log_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace core {

namespace {

using byte = unsigned char;

// How many bytes from `at` on stand for themselves in a JSON string.
std::size_t plain_length(std::string_view bytes, std::size_t at)
{
    auto const start = at;
    while (at < bytes.size() && static_cast<byte>(bytes[at]) >= 0x20 && bytes[at] != '"' &&
           bytes[at] != '\\')
        ++at;
    return at - start;
}

void append_escape(text_buffer& out, char c)
{
    switch (c) {
    case '"':
        return out.append("\\\"");
    case '\\':
        return out.append("\\\\");
    case '\n':
        return out.append("\\n");
    case '\r':
        return out.append("\\r");
    case '\t':
        return out.append("\\t");
    }
    static constexpr char hex[] = "0123456789abcdef";
    auto const value = static_cast<byte>(c);
    std::array<char, 6> const text{'\\', 'u', '0', '0', hex[value >> 4u], hex[value & 15u]};
    out.append({text.data(), text.size()});
}

void append_escaped(text_buffer& out, std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        auto const plain = plain_length(bytes, at);
        out.append(bytes.substr(at, plain));
        at += plain;
        if (at < bytes.size())
            append_escape(out, bytes[at++]);
    }
}

// Compares eight bytes at a time. Most lines are ASCII alone.
bool is_ascii(std::string_view bytes)
{
    std::size_t at = 0;
    for (std::uint64_t eight = 0; bytes.size() - at >= sizeof eight; at += sizeof eight) {
        std::memcpy(&eight, bytes.data() + at, sizeof eight);
        if ((eight & 0x8080808080808080u) != 0)
            return false;
    }
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(),
                       [](char c) { return static_cast<byte>(c) < 0x80; });
}

// Parts of a line in base64 are put together without padding between them.
constexpr std::size_t part_size = std::size_t{3} * 1024;

bool is_text(std::string_view line)
{
    return is_ascii(line) || api::is_utf8(line);
}

void append_begin(text_buffer& out, record_head const& head, bool text)
{
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), head.seq).ptr;
    out.append("{\"seq\":");
    if (head.seq == 0)
        out.append("null");
    else
        out.append({digits.data(), static_cast<std::size_t>(end - digits.data())});
    out.append(",\"time\":\"");
    out.append(head.time);
    out.append("\",\"process\":\"");
    out.append(head.process); // the name of a process needs no escapes
    out.append(text ? "\",\"line\":\"" : "\",\"line_base64\":\"");
}

void append_end(text_buffer& out, bool partial, author by)
{
    out.append(partial ? "\",\"partial\":true,\"author\":" : "\",\"partial\":false,\"author\":");
    if (by == author::unknown)
        return out.append("null}\n");
    out.append("\"");
    out.append(author_text(by));
    out.append("\"}\n");
}

} // namespace

void append_json(text_buffer& out, record_head const& head, std::string_view line)
{
    bool const text = is_text(line);
    append_begin(out, head, text);
    if (text)
        append_escaped(out, line);
    else
        out.append(api::to_base64(line));
    append_end(out, head.partial, head.by);
}

text_buffer json_lines::take(std::size_t most)
{
    text_buffer out;
    while (at_ < records_.size() && out.size() < most) {
        auto& r = records_[at_];
        if (done_ == 0) {
            text_ = is_text(r.bytes);
            append_begin(out, {r.seq, iso_text_ms(r.time), r.process, r.partial, r.by}, text_);
        }
        auto const part = std::string_view(r.bytes).substr(done_, part_size);
        if (text_)
            append_escaped(out, part);
        else
            out.append(api::to_base64(part));
        done_ += part.size();
        if (done_ < r.bytes.size())
            continue;
        append_end(out, r.partial, r.by);
        r.bytes = {};
        done_ = 0;
        ++at_;
    }
    return out;
}

} // namespace core
