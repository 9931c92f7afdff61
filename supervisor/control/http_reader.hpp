// Bytes of a connection to requests, without any I/O: what comes in is put in, and requests come
// out one by one, also when several came at once.
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
    static constexpr std::uint32_t header_limit = 64 << 10;
    static constexpr std::uint64_t body_limit = 1 << 20;

    // Where the next bytes go; commit() says how many came.
    boost::asio::mutable_buffer prepare();
    void commit(std::size_t size) { buffer_.commit(size); }

    // The next whole request, or nothing: then more bytes are needed, or error() says why there
    // will be none.
    std::optional<http_request> next();

    // What follows the last request, for another protocol; it is taken away.
    std::string take_rest();

    // Part of a request is here, and the rest is not.
    bool in_request() const { return started_ || buffer_.size() > 0; }
    // True once for each request whose sender waits for "100 Continue" before it sends the body.
    bool wants_continue();

    // The HTTP status of a request that cannot be read (400, 411, 413, 431, 505), and why; 0: all
    // is well.
    int error() const { return error_; }
    char const* error_text() const { return error_text_; }

private:
    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void skip_blank_lines();
    bool header_too_large(std::size_t used);
    void refuse_chunks();
    void fail(boost::beast::error_code ec);

    boost::beast::flat_buffer buffer_;
    std::optional<parser> parser_;
    std::size_t header_size_ = 0; // as far as the parser took it
    bool started_ = false, continue_asked_ = false;
    int error_ = 0;
    char const* error_text_ = "";
};

} // namespace procd::control
