#include "supervisor/ctl/client.hpp"
#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <poll.h>
#include <thread>

namespace {

// A fake procd that sends the answers of a test. A test usually has it answer before the client
// asks, so one thread is enough.
class scripted_procd {
public:
    ctl::client connect()
    {
        auto client = ctl::client::connect(path());
        accept();
        return client;
    }
    // Waits for the next connection, which replaces the present one.
    void accept()
    {
        pollfd waiting{listener_.get(), POLLIN, 0};
        REQUIRE(::poll(&waiting, 1, 30'000) == 1);
        auto fd = os::accept_unix(listener_.get());
        REQUIRE(fd.has_value());
        connection_ = std::move(*fd);
    }
    void say(std::string_view bytes)
    {
        REQUIRE(os::send_all(connection_.get(), bytes).has_value());
    }
    std::string heard()
    {
        std::string bytes(64 << 10, '\0');
        auto const got = os::receive(connection_.get(), bytes.data(), bytes.size());
        bytes.resize(got ? *got : 0);
        return bytes;
    }
    void close() { connection_.reset(); }
    std::string path() const { return dir_ / "s"; }

private:
    tests::temp_dir dir_;
    os::unix_listener listener_ = os::listen_unix(dir_ / "s").value();
    os::unique_fd connection_;
};

std::string answer(std::string const& status, std::string const& body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

constexpr char const* stream_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

template <class Call>
ctl::failure failure_of(Call call)
{
    try {
        call();
    } catch (ctl::failure const& f) {
        return f;
    }
    FAIL("there was no failure");
    return {};
}

} // namespace

TEST_CASE("One connection serves several requests")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(answer("200 OK", "[1]") + answer("200 OK", "[2]"));
    CHECK(client.call({"GET", "/first"}) == boost::json::value{1});
    CHECK(client.call({"GET", "/second"}) == boost::json::value{2});
    auto const heard = procd.heard();
    CHECK(heard.find("GET /first HTTP/1.1\r\n") == 0);
    CHECK(heard.find("GET /second HTTP/1.1\r\n") != std::string::npos);
}

TEST_CASE("The client connects again when procd does not keep the connection")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n[1]");
    procd.close();
    CHECK(client.call({"GET", "/"}) == boost::json::value{1});
    std::jthread later([&] {
        procd.accept();
        procd.say(answer("200 OK", "[2]"));
    });
    auto const second = client.call({"GET", "/"});
    later.join();
    CHECK(second == boost::json::value{2});
}

TEST_CASE("Each line of a stream is delivered before the next one comes")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(std::string(stream_head) + "4\r\none\n\r\n");
    std::vector<std::string> lines;
    client.stream({"GET", "/"}, [&](std::string_view line) {
        lines.emplace_back(line);
        if (lines.size() == 1)
            procd.say("a\r\ntwo\nthree\n\r\n3\r\nfou\r\n");
        if (lines.size() == 3)
            procd.say("2\r\nr\n\r\n0\r\n\r\n");
    });
    CHECK(lines == std::vector<std::string>{"one", "two", "three", "four"});
}

TEST_CASE("An answer that is cut short is a lost connection")
{
    auto const* const text =
        GENERATE("", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\non", "no HTTP\r\n\r\n");
    auto const streamed = GENERATE(false, true);
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(text);
    procd.close();
    auto const f = failure_of([&] {
        if (streamed)
            client.stream({"GET", "/"}, [](std::string_view line) { CHECK(line == "one"); });
        else
            client.call({"GET", "/"});
    });
    CHECK(f.code == ctl::exit_failed);
    CHECK(f.message == "the connection to procd at " + procd.path() +
                           " was lost before it had answered; has it ended?");
}

TEST_CASE("A problem is a failure with its own words, and the status decides the code")
{
    scripted_procd procd;
    auto client = procd.connect();
    auto const [status, code] =
        GENERATE(table<char const*, int>({{"404 Not Found", ctl::exit_not_found},
                                          {"400 Bad Request", ctl::exit_usage},
                                          {"422 Unprocessable Entity", ctl::exit_usage},
                                          {"503 Service Unavailable", ctl::exit_failed}}));
    procd.say(answer(status, R"({"title":"No","detail":"no such process","status":404})"));
    auto const f = failure_of([&] { client.call({"GET", "/"}); });
    CHECK(f.code == code);
    CHECK(f.message == "no such process");
}

TEST_CASE("A refusal without a problem is a failure that names the status")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(answer("500 Internal Server Error", "oops"));
    auto const f = failure_of([&] { client.stream({"GET", "/"}, [](std::string_view) {}); });
    CHECK(f.code == ctl::exit_failed);
    CHECK(f.message == "procd answered with status 500");
}

TEST_CASE("An answer that is not JSON cannot be read")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(answer("200 OK", "{"));
    auto const f = failure_of([&] { client.call({"GET", "/"}); });
    CHECK(f.code == ctl::exit_failed);
    CHECK(f.message.find("procd's answer cannot be read (") == 0);
}

TEST_CASE("An upgrade gives the socket and the bytes that came with the answer")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\nframe");
    auto const stream = client.upgrade({"POST", "/", "{}", "procd-stream"});
    CHECK(stream.rest == "frame");
    CHECK(procd.heard().find("Upgrade: procd-stream\r\n") != std::string::npos);
    CHECK(os::send_all(stream.socket, "other").has_value());
    CHECK(procd.heard() == "other");
}

TEST_CASE("An upgrade that procd refuses is a failure")
{
    scripted_procd procd;
    auto client = procd.connect();
    procd.say(answer("404 Not Found", R"({"title":"No","detail":"gone","status":404})"));
    auto const f = failure_of([&] { client.upgrade({"POST", "/", "{}", "procd-stream"}); });
    CHECK(f.code == ctl::exit_not_found);
    CHECK(f.message == "gone");
}

TEST_CASE("Without a procd the failure says how to start one")
{
    tests::temp_dir const dir;
    auto const path = dir / "s";
    auto const f = failure_of([&] { ctl::client::connect(path); });
    CHECK(f.code == ctl::exit_no_procd);
    CHECK(f.message == "no procd answers: there is no " + path +
                           "; start one with 'procd' in the app's directory, or name its socket "
                           "with -s");
}

TEST_CASE("Names are percent-encoded for a target")
{
    CHECK(ctl::encode("web.1") == "web.1");
    CHECK(ctl::encode("a b/\xc3\xa4?&") == "a%20b%2F%C3%A4%3F%26");
}
