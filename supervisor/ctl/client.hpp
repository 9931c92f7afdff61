// A conversation with procd over its control socket.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/ctl/failure.hpp"
#include "supervisor/ctl/http_response.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

struct request {
    std::string_view method = "GET";
    std::string target; // "/v1/processes?type=web"
    std::optional<std::string> body = {};
};

// One connection, kept open between requests. Everything that goes wrong is a `failure`: nobody
// there, or somebody we do not trust, is exit_no_procd; a problem procd reports has the code its
// status means.
class client {
public:
    // Connects to `path` and checks that the other end is us or root.
    static client connect(std::string const& path);

    // The whole answer.
    boost::json::value call(request const& r);
    // Another protocol on this connection, which the client gives up for it: the socket, and what
    // came behind the answer's head. A failure when procd does not agree.
    struct upgraded {
        int socket = -1; // the client's own still
        std::string rest;
    };
    upgraded upgrade(request const& r);
    // An answer of lines, each given to `line` as it comes, until it is over or `line` says false.
    void stream(request const& r, std::function<bool(std::string_view line)> const& line);

private:
    client(os::unique_fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    void send(request const& r, std::string_view headers = {});
    void read_head();
    void read_some();
    void read_all(std::string& body);
    [[noreturn]] void lost() const;
    [[noreturn]] void refused(std::string const& body) const;

    os::unique_fd fd_;
    std::string path_;
    http_response response_;
    bool used_ = false; // a response has been read: the next one follows it
};

// A name as part of a target: what is not plain in a URL is percent-encoded.
std::string encode(std::string_view text);

// Text to JSON, and JSON to a view; what cannot be read is a failure, "procd's answer …".
boost::json::value parse_json(std::string_view text);

[[noreturn]] void unreadable(std::string const& why);

template <class View>
View view_of(boost::json::value const& v)
{
    auto view = core::api::from_json<View>(v);
    if (!view)
        unreadable(view.error());
    return std::move(*view);
}

// Of an array, each.
template <class View>
std::vector<View> views_of(boost::json::value const& v)
{
    auto const* array = v.if_array();
    if (!array)
        unreadable("no array");
    std::vector<View> views;
    for (auto const& item : *array)
        views.push_back(view_of<View>(item));
    return views;
}

} // namespace ctl
