// The client's half of HTTP/1.1: bytes of a response in, status and body out. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ctl {

// Reads one response after another from a stream of bytes. The body is handed out as it comes, so
// that a stream that never ends can be followed.
class http_response {
public:
    // Takes bytes; those beyond the response's end are kept for the next one.
    void feed(std::string_view bytes);
    // The other end has closed: a body without a length is complete, anything else is broken.
    void end();

    bool head_done() const { return state_ > state::head && state_ != state::broken; }
    bool done() const { return state_ == state::done; }
    bool broken() const { return state_ == state::broken; }
    int status() const { return status_; }
    // Whether another request may be sent once this is done.
    bool keep_alive() const { return keep_alive_; }

    // The body that has come since the last call.
    std::string take_body();

    // After done(): begin with the next response.
    void next();

private:
    enum class state { head, length, chunk_size, chunk, chunk_end, trailer, to_end, done, broken };

    void advance();
    bool read_head();
    bool read_status_line(std::string_view line);
    bool read_field(std::string_view line);
    bool read_chunk_size();
    bool read_chunk_end();
    bool read_trailer();
    bool read_body();
    bool break_off();

    state state_ = state::head;
    int status_ = 0;
    bool keep_alive_ = true;
    bool chunked_ = false, has_length_ = false;
    std::uint64_t left_ = 0; // of the body or the chunk
    std::string in_;         // not taken apart yet
    std::string body_;
};

} // namespace ctl
