#include "supervisor/front/head_framing.hpp"

#include <algorithm>
#include <charconv>

namespace procd::front {

namespace {

constexpr std::size_t most_length_digits = 18; // every such number fits into 63 bits

// One option of Connection. Names that a field must not have here are refused before.
void add_option(connection_options& to, std::string_view option)
{
    if (same_ignoring_case(option, "close"))
        to.close = true;
    else if (same_ignoring_case(option, "keep-alive"))
        to.keep_alive = true;
    else if (same_ignoring_case(option, "upgrade"))
        to.upgrade = true;
    else
        to.names.push_back(option);
}

bool frames(field_kind kind)
{
    return kind == field_kind::content_length || kind == field_kind::transfer_encoding ||
           kind == field_kind::host;
}

} // namespace

bool connection_options::names_field(std::string_view name) const
{
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view each) { return same_ignoring_case(each, name); });
}

bool connection_options::stays_open(int version) const
{
    return !close && (version == 11 || keep_alive);
}

connection_options read_connection(std::string_view head)
{
    connection_options result;
    head_fields fields(head);
    while (auto const field = fields.next()) {
        if (field->kind != field_kind::connection)
            continue;
        list_elements options(field->value);
        while (auto const option = options.next())
            add_option(result, *option);
    }
    return result;
}

std::optional<refusal> badly_spelled(head_field const& field)
{
    if (field.name.find('_') != std::string_view::npos)
        return refusal{400, std::string(field.name) + " with an underscore"};
    if (field.line.find('\t') != std::string_view::npos)
        return refusal{400, "a tab in " + std::string(field.name)};
    return std::nullopt;
}

std::optional<refusal> framing_reader::take(head_field const& field)
{
    if (field.kind == field_kind::content_length)
        return take_length(field);
    if (field.kind == field_kind::transfer_encoding)
        return take_encoding(field);
    if (field.kind == field_kind::connection)
        return take_connection(field.value);
    return std::nullopt;
}

std::optional<refusal> framing_reader::take_length(head_field const& field)
{
    if (auto found = badly_spelled(field))
        return found;
    if (length_)
        return refusal{400, "two Content-Length fields"};
    if (!is_number(field.value))
        return refusal{400, "a Content-Length that is no number"};
    if (field.value.size() > most_length_digits)
        return refusal{400, "a Content-Length that is too large"};
    std::uint64_t value = 0;
    std::from_chars(field.value.data(), field.value.data() + field.value.size(), value);
    length_ = value;
    return std::nullopt;
}

std::optional<refusal> framing_reader::take_encoding(head_field const& field)
{
    if (auto found = badly_spelled(field))
        return found;
    if (chunked_)
        return refusal{400, "two Transfer-Encoding fields"};
    if (!same_ignoring_case(field.value, "chunked"))
        return refusal{400, "a Transfer-Encoding other than chunked"};
    chunked_ = true;
    return std::nullopt;
}

std::optional<refusal> framing_reader::take_connection(std::string_view value)
{
    list_elements options(value);
    while (auto const option = options.next()) {
        if (!is_token(*option))
            return refusal{400, "a Connection option that is no token"};
        if (frames(kind_of(*option)))
            return refusal{400, "Connection names " + std::string(*option)};
        add_option(connection_, *option);
    }
    return std::nullopt;
}

judged<framing> framing_reader::result(int version) const
{
    if (chunked_ && length_)
        return refusal{400, "Content-Length with Transfer-Encoding"};
    if (chunked_ && version == 10)
        return refusal{400, "Transfer-Encoding on HTTP/1.0"};
    if (chunked_)
        return framing{framing::kind::chunked};
    if (length_)
        return framing{framing::kind::length, *length_};
    return framing{};
}

} // namespace procd::front
