// The command line of procd, as values.
#pragma once

#include "supervisor/os/passed_sockets.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::app {

struct options {
    std::optional<std::string> procfile; // a path, or the text of a Procfile
    std::optional<std::string> root;
    std::vector<std::string> env_files;
    std::vector<std::string> except;
    std::optional<std::string> formation;
    std::optional<std::string> port; // a number or "auto"
    std::vector<std::string> listen; // "ADDR", for web, or "TYPE=ADDR"
    bool daemonize = false;
    bool watch = false;            // up: reload when the files change
    std::optional<double> timeout; // seconds
    std::optional<std::string> socket;
    std::optional<std::string> app;
    std::optional<std::string> config;
    std::string color = "auto";
    std::string log_format = "text";
    bool no_timestamps = false;
    std::string log_level = "info";
    std::string exit_on = "never";
    std::optional<std::string> restart;
    std::vector<std::string> words; // types (up, serve), or TYPE | CMD ... (run)
    bool verb_is_implied = false;   // no verb was given, so the first word may be meant as one
    bool words_are_command = false; // run: the words came after `--`
    bool json = false;              // check
    bool show_env = false;          // check
    bool user_unit = false;         // export: for systemctl --user
    std::optional<std::string> unit_user; // export: the user that the unit names
    // up, serve: the sockets that systemd has passed. They are as fixed as the command line.
    std::shared_ptr<std::vector<os::passed_socket> const> passed;
};

} // namespace procd::app
