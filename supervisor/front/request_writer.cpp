// The head that goes to the app.
#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/head_framing.hpp"
#include "supervisor/front/request_head.hpp"

namespace procd::front {

namespace {

void add_line(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

class request_writer {
public:
    request_writer(std::string& out, request_head const& request, std::string_view head,
                   forwarding const& with)
        : out_(out), request_(request), head_(head), with_(with), connection_(read_connection(head))
    {
    }

    void write()
    {
        out_.reserve(out_.size() + head_.size() + 320); // for what is added below
        out_.append(request_.method).append(" ").append(request_.target).append(" HTTP/1.1\r\n");
        head_fields fields(head_);
        while (auto const field = fields.next())
            if (!connection_.names_field(field->name))
                pass(*field);
        if (request_.upgrades)
            add_line(out_, "Connection", "upgrade");
        add_forwarded();
        add_line(out_, "X-Request-Id", with_.request_id);
        out_.append("X-Request-Start: t=").append(std::to_string(with_.start_ms)).append("\r\n");
        add_line(out_, "Via", request_.version == 10 ? "1.0 procd" : "1.1 procd");
        out_.append("\r\n");
    }

private:
    void pass(head_field const& field)
    {
        switch (field.kind) {
        case field_kind::other:
        case field_kind::host:
        case field_kind::trailer:
            out_.append(field.line);
            return;
        case field_kind::content_length:
        case field_kind::transfer_encoding:
            pass_framing(field);
            return;
        case field_kind::expect:
            if (request_.version == 11) // an older client must ignore the answer 100
                out_.append(field.line);
            return;
        case field_kind::upgrade:
            if (request_.upgrades)
                out_.append(field.line);
            return;
        case field_kind::x_forwarded_host:
        case field_kind::x_forwarded_port:
        case field_kind::x_forwarded_proto:
        case field_kind::x_forwarded_other:
        case field_kind::forwarded:
            if (with_.trusted)
                pass_forwarded(field);
            return;
        case field_kind::connection:
        case field_kind::keep_alive:
        case field_kind::proxy_connection:
        case field_kind::te:
        case field_kind::x_forwarded_for: // added by add_forwarded
        case field_kind::x_request_id:
        case field_kind::x_request_start:
            return;
        }
    }

    // Framing goes on in its plainest form, so that the app cannot read another one.
    void pass_framing(head_field const& field)
    {
        bool const encoding = field.kind == field_kind::transfer_encoding;
        add_line(out_, field.name, encoding ? "chunked" : field.value);
    }

    void pass_forwarded(head_field const& field)
    {
        sent_host_ = sent_host_ || field.kind == field_kind::x_forwarded_host;
        sent_port_ = sent_port_ || field.kind == field_kind::x_forwarded_port;
        sent_proto_ = sent_proto_ || field.kind == field_kind::x_forwarded_proto;
        out_.append(field.line);
    }

    void add_forwarded()
    {
        if (auto const addresses = addresses_of(request_, with_); !addresses.empty())
            add_line(out_, "X-Forwarded-For", addresses);
        if (!sent_proto_)
            add_line(out_, "X-Forwarded-Proto", "http");
        if (!sent_host_)
            add_line(out_, "X-Forwarded-Host", request_.host);
        if (!sent_port_ && with_.port != 0)
            add_line(out_, "X-Forwarded-Port", std::to_string(with_.port));
    }

    std::string& out_;
    request_head const& request_;
    std::string_view head_;
    forwarding const& with_;
    connection_options connection_;
    bool sent_host_ = false, sent_port_ = false, sent_proto_ = false;
};

} // namespace

std::string addresses_of(request_head const& request, forwarding const& with)
{
    std::string addresses = with.trusted ? request.forwarded_for : "";
    append_to_list(addresses, with.client);
    return addresses;
}

void write_request(std::string& out, request_head const& request, std::string_view head,
                   forwarding const& with)
{
    request_writer(out, request, head, with).write();
}

} // namespace procd::front
