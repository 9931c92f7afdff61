#include "supervisor/front/error_answer.hpp"

#include "supervisor/front/error_page.hpp"

namespace procd::front {

std::string error_answer(error_facts const& facts)
{
    bool const given = facts.status == 503 && !facts.page.empty();
    auto const page = given ? std::string(facts.page) : error_page(facts.status, {facts.why, {}});
    auto text = "HTTP/1.1 " + std::to_string(facts.status) + ' ' +
                std::string(reason_phrase(facts.status)) +
                "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
                std::to_string(page.size()) + "\r\nCache-Control: no-store\r\nVia: 1.1 procd\r\n";
    if (facts.status == 503)
        text += "Retry-After: 1\r\n";
    if (facts.status == 405)
        text += "Allow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS\r\n";
    text += facts.closes ? "Connection: close\r\n\r\n" : "\r\n";
    if (!facts.without_body)
        text += page;
    return text;
}

} // namespace procd::front
