#include "supervisor/ctl/answer_reader.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

namespace ctl {

namespace beast = boost::beast;
namespace http = boost::beast::http;

void answer_reader::feed(std::string_view bytes)
{
    auto const room = received_.prepare(bytes.size());
    std::copy(bytes.begin(), bytes.end(), static_cast<char*>(room.data()));
    received_.commit(bytes.size());
    parse();
}

void answer_reader::end()
{
    if (parser_->got_some())
        parser_->put_eof(error_);
    else
        error_ = http::error::end_of_stream;
}

void answer_reader::next()
{
    begin();
    parse();
}

std::string answer_reader::take_body()
{
    return std::exchange(parser_->get().body(), {});
}

std::string answer_reader::take_rest()
{
    auto rest = beast::buffers_to_string(received_.data());
    received_.consume(rest.size());
    return rest;
}

void answer_reader::begin()
{
    constexpr std::uint32_t longest_head = 64 << 10;
    parser_.emplace();
    parser_->header_limit(longest_head);
    parser_->body_limit(boost::none); // logs are as long as they are
    parser_->eager(true);             // go on with the body in the call that completes the head
}

void answer_reader::parse()
{
    constexpr int switching_protocols = 101, final_answers = 200;
    while (!broken() && !complete() && received_.size() > 0) {
        beast::error_code ec;
        received_.consume(parser_->put(received_.data(), ec));
        if (ec == http::error::need_more)
            return;
        error_ = ec;
        // After "100 Continue" and its like the answer proper follows.
        if (complete() && status() < final_answers && status() != switching_protocols)
            begin();
    }
}

} // namespace ctl
