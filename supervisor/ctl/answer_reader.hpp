// procd's answers, read by Beast's parser from the bytes of a connection. Nothing here does I/O.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ctl {

// Reads one answer after another. The body is handed out as it comes, so that an answer that never
// ends can be followed.
class answer_reader {
public:
    answer_reader() { next(); }

    // Takes bytes of the connection. Bytes behind the end of this answer stay for the next one.
    void feed(std::string_view bytes);
    // Says that procd has closed the connection. An answer without a length is then complete; any
    // other answer that is not complete is broken.
    void end();
    // Begins with the next answer; this one has to be complete.
    void next();

    bool broken() const { return error_.failed(); }
    bool head_complete() const { return parser_->is_header_done(); }
    bool complete() const { return parser_->is_done(); }
    // The status and keep_alive() are known once the head is complete. keep_alive() says whether
    // another request may be sent on this connection.
    int status() const { return static_cast<int>(parser_->get().result_int()); }
    bool keep_alive() const { return parser_->keep_alive(); }

    // Takes the part of the body that has come since the last call.
    std::string take_body();
    // Takes the bytes behind the answer, for the protocol that the connection speaks from now on.
    std::string take_rest();

private:
    void begin();
    void parse();

    boost::beast::flat_buffer received_;
    std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser_;
    boost::beast::error_code error_;
};

} // namespace ctl
