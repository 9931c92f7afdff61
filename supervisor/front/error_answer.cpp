#include "supervisor/front/error_answer.hpp"

#include "supervisor/front/error_page.hpp"

namespace procd::front {

<<<<<<< HEAD
=======
namespace {

std::string_view reason(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Error";
    }
}

std::string own_page(int status)
{
    auto const title = std::to_string(status) + ' ' + std::string(reason(status));
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title +
           "</title></head>\n<body><h1>" + title + "</h1></body>\n</html>\n";
}

} // namespace

>>>>>>> h-ftest
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
