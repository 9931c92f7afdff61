// The head that goes to the client.
#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/head_framing.hpp"
#include "supervisor/front/response_head.hpp"

namespace procd::front {

namespace {

constexpr int upgrade_required = 426; // has to name the protocol in Upgrade

class response_writer {
public:
    response_writer(std::string& out, response_head const& response, std::string_view head,
                    delivery const& to)
        : out_(out), response_(response), head_(head), to_(to), connection_(read_connection(head))
    {
    }

    void write()
    {
        constexpr std::string_view version = "HTTP/1.1", status = " 200";
        out_.reserve(out_.size() + head_.size() + 64); // for what is added below
        auto const rest = first_line(head_).substr(version.size());
        out_.append(version).append(rest).append(rest.size() == status.size() ? " \r\n" : "\r\n");
        head_fields fields(head_);
        while (auto const field = fields.next())
            if (!connection_.names_field(field->name))
                pass(*field);
        out_.append("Via: ").append(response_.version == 10 ? "1.0" : "1.1").append(" procd\r\n");
        add_connection();
        out_.append("\r\n");
    }

private:
    bool keeps_upgrade() const
    {
        return response_.switches || response_.status == upgrade_required;
    }

    void pass(head_field const& field)
    {
        switch (field.kind) {
        case field_kind::content_length:
            if (response_.status >= 200 && response_.status != 204)
                out_.append(field.name).append(": ").append(field.value).append("\r\n");
            return;
        case field_kind::transfer_encoding:
            if (!strips())
                out_.append(field.name).append(": chunked\r\n");
            return;
        case field_kind::trailer:
            if (!strips())
                out_.append(field.line);
            return;
        case field_kind::upgrade:
            if (keeps_upgrade())
                out_.append(field.line);
            return;
        case field_kind::connection:
        case field_kind::keep_alive:
        case field_kind::proxy_connection:
        case field_kind::te:
            return;
        case field_kind::other:
        case field_kind::expect:
        case field_kind::forwarded:
        case field_kind::host:
        case field_kind::x_forwarded_for:
        case field_kind::x_forwarded_host:
        case field_kind::x_forwarded_other:
        case field_kind::x_forwarded_port:
        case field_kind::x_forwarded_proto:
        case field_kind::x_request_id:
        case field_kind::x_request_start:
            out_.append(field.line);
            return;
        }
    }

    // A client of HTTP/1.0 does not know chunks, whether or not a body follows.
    bool strips() const { return to_.strip_chunking || to_.client_version == 10; }

    void add_connection()
    {
        if (response_.interim)
            return;
        std::string_view const upgrade = keeps_upgrade() ? "upgrade" : "";
        std::string_view rest;
        if (!response_.switches && !can_keep_alive(response_, to_))
            rest = "close";
        else if (!response_.switches && to_.client_version == 10)
            rest = "keep-alive";
        if (upgrade.empty() && rest.empty())
            return;
        out_.append("Connection: ").append(upgrade);
        out_.append(upgrade.empty() || rest.empty() ? "" : ", ").append(rest).append("\r\n");
    }

    std::string& out_;
    response_head const& response_;
    std::string_view head_;
    delivery const& to_;
    connection_options connection_;
};

} // namespace

bool can_keep_alive(response_head const& response, delivery const& to)
{
    bool const ends_by_close = response.body.by == framing::kind::until_close ||
                               (response.body.by == framing::kind::chunked &&
                                (to.strip_chunking || to.client_version == 10));
    return to.keep_alive && !response.switches && !ends_by_close;
}

void write_response(std::string& out, response_head const& response, std::string_view head,
                    delivery const& to)
{
    response_writer(out, response, head, to).write();
}

} // namespace procd::front
