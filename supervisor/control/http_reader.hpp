// Makes requests of the bytes of a connection, without any I/O. The caller puts bytes in and takes
// requests out, one by one, also when several requests came at once.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace procd::control {

using http_request = boost::beast::http::request<boost::beast::http::string_body>;

class http_reader {
public:
    static constexpr std::uint32_t header_limit = 64 << 10; // bytes
    static constexpr std::uint64_t body_limit = 1 << 20;    // bytes

    // The room for the next bytes.
    boost::asio::mutable_buffer prepare();
    // Tells how many bytes came into that room.
    void commit(std::size_t size) { buffer_.commit(size); }

    // The next whole request, or nothing. Then either more bytes are needed, or error() tells why
    // there will be no more requests.
    std::optional<http_request> next();

    // Takes the bytes after the last request, which belong to another protocol.
    std::string take_rest();

    // True when a part of a request is here, but not all of it.
    bool in_request() const { return started_ || buffer_.size() > 0; }
    // True once for each request whose sender waits for "100 Continue" before it sends the body.
    bool wants_continue();

    // The HTTP status for a request that cannot be read (400, 411, 413, 431, 505), or 0.
    int error() const { return error_; }
    // The reason of that error, for the client.
    char const* error_text() const { return error_text_; }

private:
    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void skip_blank_lines();
    bool header_too_large(std::size_t used);
    void refuse_chunks();
    void fail(boost::beast::error_code ec);

    boost::beast::flat_buffer buffer_;
    std::optional<parser> parser_;
    std::size_t header_size_ = 0; // bytes of the header that the parser has taken
    bool started_ = false, continue_asked_ = false;
    int error_ = 0;
    char const* error_text_ = "";
};

} // namespace procd::control
