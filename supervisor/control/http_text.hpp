// The head of a response and the frame of a chunk, as bytes: header and body go out in one write.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace procd::control {

struct http_head {
    int status = 200;
    std::string_view content_type = "application/json";
    std::optional<std::size_t> length; // of the body; absent: a stream
    bool chunked = false;              // how a stream is framed (HTTP/1.1)
    bool keep_alive = true;
    std::string_view allow; // of a 405
};

void append_head(std::string& out, http_head const& head);
// Appends the data as one chunk when `chunked`, else as it is.
void append_chunk(std::string& out, std::string_view data, bool chunked);
void append_last_chunk(std::string& out, bool chunked);

} // namespace procd::control
