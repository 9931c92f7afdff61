#include "supervisor/front/request_head.hpp"

#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/head_framing.hpp"
#include "supervisor/front/host_rules.hpp"
#include "supervisor/front/request_id.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace procd::front {

namespace {

struct request_line {
    std::string_view method, target;
    int version = 11;
};

// Only capital letters, `-` and `_`, as in all methods that are registered. A server that ignores
// case would take "get" for another method than one that does not.
bool is_method(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

judged<request_line> read_request_line(std::string_view line)
{
    auto const first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return refusal{400, "a request line without a version"};
    request_line result{line.substr(0, first), line.substr(first + 1, last - first - 1)};
    auto const version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refusal{400, "a version other than HTTP/1.1 and HTTP/1.0"};
    result.version = version == "HTTP/1.1" ? 11 : 10;
    if (!is_method(result.method))
        return refusal{400, "a method with a character that is not allowed"};
    if (result.method == "CONNECT")
        return refusal{405, "CONNECT is not done here"};
    return result;
}

// Reads the fields of a request one by one.
class request_reader {
public:
    std::optional<refusal> take(head_field const& field)
    {
        switch (field.kind) {
        case field_kind::host:
            return take_host(field);
        case field_kind::expect:
            expects_continue_ =
                expects_continue_ || same_ignoring_case(field.value, "100-continue");
            return std::nullopt;
        case field_kind::upgrade:
            take_upgrade(field.value);
            return std::nullopt;
        case field_kind::x_request_id:
            id_ = ids_++ == 0 && acceptable(field.value) ? field.value : std::string_view();
            return std::nullopt;
        case field_kind::x_forwarded_for:
            append_to_list(forwarded_for_, field.value);
            return std::nullopt;
        case field_kind::connection:
        case field_kind::content_length:
        case field_kind::transfer_encoding:
            return framing_.take(field);
        case field_kind::other:
        case field_kind::forwarded:
        case field_kind::keep_alive:
        case field_kind::proxy_connection:
        case field_kind::te:
        case field_kind::trailer:
        case field_kind::x_forwarded_host:
        case field_kind::x_forwarded_other:
        case field_kind::x_forwarded_port:
        case field_kind::x_forwarded_proto:
        case field_kind::x_request_start:
            break;
        }
        return std::nullopt;
    }

    judged<request_head> result(request_line const& line) const
    {
        if (!host_)
            return refusal{400, "no Host field"};
        auto const body = framing_.result(line.version);
        if (!body)
            return body.error();
        auto target = plain_target(line.method, line.target, *host_);
        if (!target)
            return target.error();
        auto const& connection = framing_.connection();
        bool const bodiless = body->by != framing::kind::chunked && body->length == 0;
        request_head made;
        made.method = line.method;
        made.target = *std::move(target);
        made.host = *host_;
        made.version = line.version;
        made.keep_alive = connection.stays_open(line.version);
        made.body = *body;
        made.expects_continue =
            expects_continue_ && line.version == 11 && !connection.names_field("Expect");
        made.upgrades = connection.upgrade && upgrade_ == upgrade_field::passed &&
                        line.version == 11 && bodiless;
        made.request_id = id_;
        if (!connection.names_field("X-Forwarded-For"))
            made.forwarded_for = forwarded_for_;
        return made;
    }

private:
    enum class upgrade_field { none, passed, refused };

    std::optional<refusal> take_host(head_field const& field)
    {
        if (host_)
            return refusal{400, "two Host fields"};
        if (auto found = badly_spelled(field))
            return found;
        if (!is_host(field.value))
            return refusal{400, "a Host with a character that is not allowed"};
        host_ = field.value;
        return std::nullopt;
    }

    void take_upgrade(std::string_view value)
    {
        list_elements protocols(value);
        while (auto const protocol = protocols.next()) {
            if (same_ignoring_case(*protocol, "h2c"))
                upgrade_ = upgrade_field::refused;
            else if (upgrade_ == upgrade_field::none)
                upgrade_ = upgrade_field::passed;
        }
    }

    framing_reader framing_;
    std::optional<std::string_view> host_;
    std::string_view id_;
    int ids_ = 0;
    bool expects_continue_ = false;
    std::string forwarded_for_;
    upgrade_field upgrade_ = upgrade_field::none;
};

} // namespace

judged<request_head> read_request(std::string_view head)
{
    if (auto found = broken_head(head))
        return *std::move(found);
    auto const line = read_request_line(first_line(head));
    if (!line)
        return line.error();
    request_reader reader;
    head_fields fields(head);
    while (auto const field = fields.next())
        if (auto found = reader.take(*field))
            return *std::move(found);
    return reader.result(*line);
}

bool is_idempotent(std::string_view method)
{
    constexpr std::array<std::string_view, 6> methods{"GET",   "HEAD", "OPTIONS",
                                                      "TRACE", "PUT",  "DELETE"};
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

} // namespace procd::front
