// benchmarks/executor/peers.cpp: a line of JSON there, a line back.
#include "peers.hpp"

#include <boost/process.hpp>
#include <csignal>
#include <filesystem>
#include <istream>
#include <ostream>
#include <stdexcept>

namespace bench {

constexpr auto python = "/usr/bin/python3";

struct peers::process {
  boost::process::opstream requests;
  boost::process::ipstream replies;
  boost::process::child child;

  explicit process(const std::string& script)
      : child(
            python, script,
            boost::process::std_in<requests, boost::process::std_out> replies) {
  }
};

peers::peers(const std::string& script) {
  if (!std::filesystem::exists(python)) return;
  if (!std::filesystem::exists(script)) {
    throw std::runtime_error(script +
                             " is not there: name it with --peers SCRIPT");
  }
  // One that has died is noticed by its silence.
  std::signal(SIGPIPE, SIG_IGN);
  process_ = std::make_unique<process>(script);
}

peers::~peers() {
  if (!process_) return;
  std::error_code ignored;
  process_->requests.pipe().close();  // the end of the requests: it leaves
  process_->child.wait(ignored);
}

nlohmann::json peers::ask(const nlohmann::json& request) {
  if (!process_) throw not_here(std::string("not measured: no ") + python);
  process_->requests << request.dump() << std::endl;
  std::string line;
  if (!std::getline(process_->replies, line)) {
    throw std::runtime_error("executor_peers.py ended without a reply");
  }
  auto reply = nlohmann::json::parse(line);
  if (reply.contains("missing")) {
    throw not_here("not measured: " + reply["missing"].get<std::string>());
  }
  if (reply.contains("error")) {
    throw std::runtime_error(reply["error"].get<std::string>());
  }
  return reply;
}

row peers::make_row(const peer& who, std::string name, nlohmann::json request) {
  request["peer"] = who.id;
  return {.name = std::move(name), .measure = [this, request] {
            const auto reply = ask(request);
            return measured{reply.at("value").get<double>(),
                            reply.value("second", 0.0)};
          }};
}

}  // namespace bench
