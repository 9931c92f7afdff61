#include "supervisor/control/http_reader.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include <utility>

namespace procd::control {

namespace http = boost::beast::http;

boost::asio::mutable_buffer http_reader::prepare()
{
    // The memory of a big request is freed before the connection is idle.
    constexpr std::size_t chunk = 4096, large = 64 << 10;
    if (buffer_.size() == 0 && buffer_.capacity() > large)
        buffer_.shrink_to_fit();
    std::size_t const room = buffer_.capacity() - buffer_.size();
    return buffer_.prepare(room >= chunk ? room : chunk);
}

std::optional<http_request> http_reader::next()
{
    if (!parser_) {
        parser_.emplace();
        parser_->header_limit(header_limit);
        parser_->body_limit(body_limit);
        continue_asked_ = false;
        header_size_ = 0;
    }
    if (!started_)
        skip_blank_lines();
    while (error_ == 0 && !parser_->is_done() && buffer_.size() > 0) {
        boost::beast::error_code ec;
        bool const in_header = !parser_->is_header_done();
        parser_->eager(!in_header); // stops at the end of the header, so that its length is known
        std::size_t const used = parser_->put(buffer_.data(), ec);
        buffer_.consume(used);
        started_ = started_ || used > 0;
        if (in_header && header_too_large(used))
            ec = http::error::header_limit;
        if (ec == http::error::need_more)
            break;
        if (ec)
            fail(ec);
        else if (in_header && parser_->is_header_done() && parser_->chunked())
            refuse_chunks();
    }
    if (error_ != 0 || !parser_->is_done())
        return std::nullopt;
    http_request request = parser_->release();
    parser_.reset();
    started_ = false;
    if (request.version() != 11 && request.version() != 10) {
        error_ = 505;
        error_text_ = "only HTTP/1.0 and HTTP/1.1 are spoken here";
        return std::nullopt;
    }
    return request;
}

bool http_reader::wants_continue()
{
    if (!parser_ || continue_asked_ || !parser_->is_header_done() || parser_->is_done())
        return false;
    if (!boost::beast::iequals(parser_->get()[http::field::expect], "100-continue"))
        return false;
    continue_asked_ = true;
    return true;
}

// Some clients send an extra line break after a body (RFC 9112, 2.2).
void http_reader::skip_blank_lines()
{
    while (buffer_.size() > 0) {
        char const first = *static_cast<char const*>(buffer_.data().data());
        if (first != '\r' && first != '\n')
            return;
        buffer_.consume(1);
    }
}

// Counts the header here, because the limit of the parser applies only to the bytes of one call:
// the parser does not count fields that it has taken before.
bool http_reader::header_too_large(std::size_t used)
{
    header_size_ += used;
    std::size_t const unfinished = parser_->is_header_done() ? 0 : buffer_.size();
    return header_size_ + unfinished > header_limit;
}

// Refuses a body in chunks. Clients that send a little JSON need no chunks, and the parser of Boost
// 1.81 fails an assertion for some broken chunks (in parse_chunk_header).
void http_reader::refuse_chunks()
{
    error_ = 411;
    error_text_ = "a body in chunks is not taken here; send it with its Content-Length";
}

void http_reader::fail(boost::beast::error_code ec)
{
    if (ec == http::error::header_limit) {
        error_ = 431;
        error_text_ = "the request's header is larger than 64 KiB";
    } else if (ec == http::error::body_limit || ec == http::error::buffer_overflow) {
        error_ = 413;
        error_text_ = "the request is larger than 1 MiB";
    } else if (ec == http::error::bad_version) {
        error_ = 505;
        error_text_ = "only HTTP/1.0 and HTTP/1.1 are spoken here";
    } else {
        error_ = 400;
        error_text_ = "this is not an HTTP request";
    }
}

std::string http_reader::take_rest()
{
    auto const data = buffer_.data();
    std::string rest(static_cast<char const*>(data.data()), data.size());
    buffer_.consume(buffer_.size());
    return rest;
}

} // namespace procd::control
