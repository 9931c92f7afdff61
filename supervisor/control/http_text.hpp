// Makes the bytes of a response: its head and the frames of its chunks. They are appended to one
// buffer, so that header and body go out in one write.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace procd::control {

struct http_head {
    int status = 200;
    std::string_view content_type = "application/json";
    std::optional<std::size_t> length; // bytes of the body; absent: the body is a stream
    bool chunked = false;              // the stream is sent in chunks (HTTP/1.1)
    bool keep_alive = true;
    std::string_view allow; // the methods that a 405 lists
};

// Appends the status line and the fields.
void append_head(std::string& out, http_head const& head);
// Appends the data, as one chunk when the stream is `chunked`, else unchanged.
void append_chunk(std::string& out, std::string_view data, bool chunked);
// Appends the end of the stream, if it is `chunked`.
void append_last_chunk(std::string& out, bool chunked);

} // namespace procd::control
