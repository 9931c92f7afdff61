#include "procfile/config.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using std::chrono::hours;

TEST_CASE("durations have a unit", "[units]")
{
    struct {
        char const* text;
        long ms;
    } const cases[] = {
        {"0s", 0},         {"250ms", 250},          {"30s", 30'000},   {"3m", 180'000},
        {"1h", 3'600'000}, {"1.5s", 1'500},         {"0.25m", 15'000}, {"0.001s", 1},
        {"007s", 7'000},   {"1.000000000s", 1'000}, {"0ms", 0}};
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(parse_duration(c.text) == milliseconds{c.ms});
    }
    CHECK(parse_duration("1000000h") == hours{1'000'000});
}

TEST_CASE("what is no duration gives nothing", "[units]")
{
    for (char const* text : {"",
                             "30",
                             "s",
                             "-1s",
                             "+1s",
                             "1 s",
                             " 1s",
                             "1s ",
                             "1sec",
                             "1d",
                             "1S",
                             "1.s",
                             ".5s",
                             "1.5",
                             "1..5s",
                             "1.5.5s",
                             "0.0005s",
                             "1.5ms",
                             "1h30m",
                             "1e3s",
                             "1000001h",
                             "1000000.1h",
                             "99999999999999999999s",
                             "18446744073709551616ms",
                             "1.0000000000s",
                             "ms"}) {
        INFO(text);
        CHECK(parse_duration(text) == std::nullopt);
    }
}

TEST_CASE("a memory limit with which nothing starts is not meant", "[units]")
{
    CHECK(memory_limit_problem(100) == "is 100 bytes, and no process starts with less than 1M; for "
                                       "megabytes write 100M");
    CHECK(memory_limit_problem(1) == "is 1 byte, and no process starts with less than 1M; for "
                                     "megabytes write 1M");
    CHECK(memory_limit_problem(512 << 10) == "is 512K, and no process starts with less than 1M; "
                                             "for megabytes write 512M");
    CHECK(memory_limit_problem(1024) == "is 1K, and no process starts with less than 1M; for "
                                        "megabytes write 1M");
    CHECK(memory_limit_problem((1 << 20) - 1).has_value());
    CHECK(!memory_limit_problem(1 << 20));
    CHECK(!memory_limit_problem(1ull << 40));
}

TEST_CASE("sizes are powers of 1024", "[units]")
{
    CHECK(parse_size("0") == 0u);
    CHECK(parse_size("512") == 512u);
    CHECK(parse_size("64K") == 65'536u);
    CHECK(parse_size("10M") == 10'485'760u);
    CHECK(parse_size("2G") == 2'147'483'648u);
    CHECK(parse_size("64Mi") == parse_size("64M"));
    CHECK(parse_size("1Ki") == 1024u);
    CHECK(parse_size("18446744073709551615") == 18'446'744'073'709'551'615u);
    CHECK(parse_size("17179869183G") == 18'446'744'072'635'809'792u);
    for (char const* text : {"", "K", "1k", "1KB", "Ki", "1i", "1ki", "-1", "+1", "1.5G", "1 K",
                             " 1", "1T", "17179869184G", "18446744073709551616", "0x1"}) {
        INFO(text);
        CHECK(parse_size(text) == std::nullopt);
    }
}

TEST_CASE("percentages are whole numbers with their sign", "[units]")
{
    CHECK(parse_percentage("0%") == 0);
    CHECK(parse_percentage("25%") == 25);
    CHECK(parse_percentage("1000000%") == 1'000'000);
    for (auto const text : {"", "%", "25", "-1%", "+1%", "1.5%", "1000001%", "25 %", " 25%", "25%%",
                            "%25", "99999999999999999999%", "x"}) {
        INFO(text);
        CHECK(!parse_percentage(text));
    }
}

TEST_CASE("signals are read by name in any case, with and without SIG, and by number", "[units]")
{
    CHECK(parse_signal("TERM") == 15);
    CHECK(parse_signal("SIGTERM") == 15);
    CHECK(parse_signal("sigTerm") == 15);
    CHECK(parse_signal("15") == 15);
    CHECK(parse_signal("HUP") == 1);
    CHECK(parse_signal("SYS") == 31);
    CHECK(parse_signal("RTMIN") == 34);
    CHECK(parse_signal("SIGRTMIN+2") == 36);
    CHECK(parse_signal("RTMAX") == 64);
    CHECK(parse_signal("RTMAX-30") == 34);
    for (char const* text : {"", "SIG", "0", "-1", "32", "33", "65", "999999999999", "TERMS",
                             "SIGSIGTERM", "RTMIN+31", "RTMIN-1", "RTMAX+1", "RTMIN+", " TERM"}) {
        INFO(text);
        CHECK(parse_signal(text) == std::nullopt);
    }
}

TEST_CASE("every signal's name gives its number back", "[units]")
{
    for (int number = 1; number <= 64; ++number)
        if (number != 32 && number != 33)
            CHECK(parse_signal(signal_name(number)) == number);
    CHECK(signal_name(9) == "SIGKILL");
    CHECK(signal_name(28) == "SIGWINCH");
    CHECK(signal_name(36) == "SIGRTMIN+2");
    CHECK(signal_name(64) == "SIGRTMAX");
    CHECK(signal_name(0) == "signal 0");
    CHECK(signal_name(32) == "signal 32");
    CHECK(signal_name(99) == "signal 99");
}

TEST_CASE("restart policies have three names", "[units]")
{
    for (restart_policy const policy :
         {restart_policy::always, restart_policy::on_failure, restart_policy::never})
        CHECK(parse_restart_policy(to_string(policy)) == policy);
    CHECK(to_string(restart_policy::on_failure) == "on-failure");
    CHECK(parse_restart_policy("Always") == std::nullopt);
    CHECK(parse_restart_policy("") == std::nullopt);
}

TEST_CASE("an app's name is short and plain", "[units]")
{
    for (std::string const& good :
         {std::string{"a"}, std::string{"9"}, std::string{"Shop_1.x-y"}, std::string(63, 'a')})
        CHECK(valid_app_name(good));
    for (std::string const& bad :
         {std::string{}, std::string{"-a"}, std::string{".a"}, std::string{"_a"},
          std::string{"a b"}, std::string{"a/b"}, std::string{"\xC3\xA9"}, std::string(64, 'a')})
        CHECK_FALSE(valid_app_name(bad));
}
