#include "supervisor/front/access_line.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;

namespace {

procd::front::access answered()
{
    procd::front::access request;
    request.method = "GET";
    request.path = "/a?b=c";
    request.host = "shop.localhost:8080";
    request.request_id = "00112233-4455-4677-8899-aabbccddeeff";
    request.fwd = "127.0.0.1";
    request.process = "web.2";
    request.connect_ms = 0;
    request.queue_ms = 3;
    request.service_ms = 12;
    request.status = 200;
    request.bytes = 4711;
    return request;
}

} // namespace

TEST_CASE("an access line has the form of Heroku's", "[access_line]")
{
    CHECK(text_of(answered()) ==
          "at=info method=GET path=\"/a?b=c\" host=shop.localhost:8080 "
          "request_id=00112233-4455-4677-8899-aabbccddeeff fwd=\"127.0.0.1\" process=web.2 "
          "connect=0ms queue=3ms service=12ms status=200 bytes=4711 protocol=http");
    CHECK(text_of({}) == "at=info method= path=\"\" host= request_id= fwd=\"\" process= connect= "
                         "queue= service= status=0 bytes=0 protocol=http");
}

TEST_CASE("an error has its code and its words", "[access_line]")
{
    auto request = answered();
    request.code = fault_code::timeout;
    CHECK(text_of(request).starts_with("at=error code=H12 desc=\"Request timeout\" method=GET "));
    request.desc = "nothing came";
    CHECK(text_of(request).starts_with("at=error code=H12 desc=\"nothing came\" method=GET "));
    request.code = std::nullopt;
    CHECK(text_of(request).starts_with("at=error desc=\"nothing came\" method=GET "));
}

TEST_CASE("a client that left without an answer has the status 499", "[access_line]")
{
    auto request = answered();
    request.status = 0;
    request.code = fault_code::client_interrupted;
    CHECK(text_of(request).find(" status=499 ") != std::string::npos);
    request.status = 200; // it left within the response
    CHECK(text_of(request).find(" status=200 ") != std::string::npos);
    request.code = fault_code::app_interrupted;
    request.status = 0;
    CHECK(text_of(request).find(" status=0 ") != std::string::npos);
}

TEST_CASE("the codes are Heroku's", "[access_line]")
{
    struct {
        fault_code code;
        char const* text;
        char const* desc;
    } const codes[] = {
        {fault_code::crashed, "H10", "App crashed"},
        {fault_code::backlog, "H11", "Backlog too deep"},
        {fault_code::timeout, "H12", "Request timeout"},
        {fault_code::no_response, "H13", "Connection closed without response"},
        {fault_code::none_running, "H14", "No processes running"},
        {fault_code::idle, "H15", "Idle connection"},
        {fault_code::bad_response, "H17", "Poorly formatted HTTP response"},
        {fault_code::app_interrupted, "H18", "Server request interrupted"},
        {fault_code::connect_timeout, "H19", "Backend connection timeout"},
        {fault_code::not_ready, "H20", "App boot timeout"},
        {fault_code::connect_refused, "H21", "Backend connection refused"},
        {fault_code::client_interrupted, "H27", "Client request interrupted"},
        {fault_code::client_idle, "H28", "Client connection idle"},
        {fault_code::maintenance, "H80", "Maintenance mode"},
    };
    for (auto const& each : codes) {
        CHECK(code_text(each.code) == each.text);
        CHECK(description(each.code) == each.desc);
    }
}

TEST_CASE("no client can forge an access line", "[access_line]")
{
    auto request = answered();
    request.method = "GET status=500";
    request.path = "/\" status=200\nat=info \x1b[2J\\ \xe2\x80\xae \xff";
    request.host = "a b\r\n";
    request.fwd = "1\", evil";
    request.desc = "a \"quoted\" word";
    auto const line = text_of(request);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.starts_with("at=error desc=\"a \\\"quoted\\\" word\" method=\"GET status=500\" "
                           "path=\"/\\\" status=200\\x0aat=info \\x1b[2J\\\\ \\u202e \\xff\" "
                           "host=\"a b\\x0d\\x0a\" request_id="));
    CHECK(line.find("fwd=\"1\\\", evil\" ") != std::string::npos);
}
