// The rules on the fields that tell where a message ends and whether its connection stays open:
// Content-Length, Transfer-Encoding and Connection. They hold for requests and responses alike.
#pragma once

#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/head_rules.hpp"
#include "supervisor/front/refusal.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace procd::front {

// The options of all Connection fields of a head.
struct connection_options {
    bool close = false;
    bool keep_alive = false;
    bool upgrade = false;
    std::vector<std::string_view> names; // of other fields, which go no further than the next hop

    bool names_field(std::string_view name) const;
    // Tells whether the sender keeps the connection open behind this message.
    bool stays_open(int version) const;
};

// The options in a head whose Connection fields are right.
connection_options read_connection(std::string_view head);

class framing_reader {
public:
    // Reads a field, whatever its kind, and returns the rule that it breaks.
    std::optional<refusal> take(head_field const& field);

    // The framing that the fields taken so far announce; `none` when there is none.
    judged<framing> result(int version) const;
    connection_options const& connection() const { return connection_; }
    bool has_transfer_encoding() const { return chunked_; }

private:
    std::optional<refusal> take_length(head_field const& field);
    std::optional<refusal> take_encoding(head_field const& field);
    std::optional<refusal> take_connection(std::string_view value);

    std::optional<std::uint64_t> length_;
    bool chunked_ = false;
    connection_options connection_;
};

// The breach of a field that must be spelled plainly: with a hyphen and without tabs.
std::optional<refusal> badly_spelled(head_field const& field);

} // namespace procd::front
