// A conversation with procd over its control socket.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/ctl/failure.hpp"
#include "supervisor/ctl/request.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

class answer_reader;

// One connection, kept open between requests. Every function throws a `failure` when something goes
// wrong. The failure's code is exit_no_procd when nobody answers or when the other end is not to be
// trusted, and the code that the status stands for when procd reports a problem.
class client {
public:
    // Connects to `path` and checks that the other end is us or root. root may drive anybody's
    // procd.
    static client connect(std::string const& path);
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    // Sends the request and returns the whole answer.
    boost::json::value call(request const& r);
    // Sends the request and gives each line of the answer to `line` as soon as the line has come,
    // until the answer is complete.
    void stream(request const& r, std::function<void(std::string_view line)> const& line);

    // Switches the connection to the protocol that the request names; the client is of no use for
    // requests from then on. Throws a failure when procd does not agree.
    struct upgraded {
        int socket = -1;  // still owned by the client
        std::string rest; // the bytes that came behind the head of the answer
    };
    upgraded upgrade(request const& r);

private:
    client(os::unique_fd fd, std::string path);
    void send(request const& r);
    void read_head();
    void read_some();
    std::string read_all();
    [[noreturn]] void lost() const;
    [[noreturn]] void refused(std::string const& body) const;

    os::unique_fd fd_;
    std::string path_;
    std::unique_ptr<answer_reader> answer_;
    bool used_ = false; // an answer has been read, and the next one follows it
};

// Percent-encodes a name for use in a target.
std::string encode(std::string_view text);

// Throws the failure that says that procd's answer cannot be read, and why.
[[noreturn]] void unreadable(std::string const& why);

// Reads text as JSON; text that is none is unreadable().
boost::json::value parse_json(std::string_view text);

// Reads JSON as a view; JSON without the form of that view is unreadable().
template <class View>
View view_of(boost::json::value const& v)
{
    auto view = core::api::from_json<View>(v);
    if (!view)
        unreadable(view.error());
    return std::move(*view);
}

// Reads an array of JSON as views, one for each element.
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
