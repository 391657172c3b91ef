// cli/main.cpp: the command `telar`: which subcommand, and how it ended.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

constexpr const char* description =
    "One mutable graph that many processes share.\n"
    "\n"
    "A name like roads is a shared memory segment, gone after a reboot; a "
    "path\n"
    "(it contains a /) like ./roads.telar is a file.";

constexpr const char* footer =
    "Data goes to standard output, messages to standard error.\n"
    "`telar COMMAND -h` explains a command and shows an example.\n"
    "\n"
    "Exit codes:\n"
    "  0 ok          1 failure     2 usage      3 not found\n"
    "  4 exists      5 busy, or a time limit    6 corrupt or incompatible\n"
    "  7 no space";

/// Asked for help, or mistaken: what CLI11 has to say of the arguments.
exit_status explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app.exit(error, std::cout, std::cerr);
    return exit_status::ok;
  }
  std::string help = "telar -h";
  for (const CLI::App* parsed : app.get_subcommands()) {
    help = "telar " + parsed->get_name() + " -h";
  }
  std::string what = error.what();
  if (const auto unread = app.remaining();
      app.get_subcommands().empty() && !unread.empty()) {
    what = "there is no command " + unread.front();
  }
  complain(what + "\nRun `" + help + "` for help.");
  return exit_status::usage;
}

exit_status run(int argc, char** argv) {
  CLI::App app{description};
  app.name("telar");
  app.footer(footer);
  app.set_version_flag("--version", "telar " TELAR_VERSION,
                       "Print the version and leave");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  const std::vector<command> commands{
      make_create(app), make_ls(app),         make_info(app),
      make_import(app), make_add(app),        make_neighbors(app),
      make_watch(app),  make_checkpoint(app), make_restore(app),
      make_clone(app),  make_diff(app),       make_doctor(app),
      make_rm(app),     make_gc(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  }
  const auto chosen = std::ranges::find_if(
      commands, [](const command& c) { return c.arguments->parsed(); });
  return chosen->run();
}

/// Takes the places of standard streams that are closed, so that no file that
/// is opened later is read or written for them: reading and writing here fail.
void occupy_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

exit_status run_and_translate(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const failure& f) {
    complain(f.what());
    return f.status();
  } catch (const error& e) {
    complain(e.what());
    return status_of(e.code());
  } catch (const std::bad_alloc&) {
    complain("this process has no memory left");
    return exit_status::no_space;
  } catch (const std::exception& e) {
    complain(e.what());
    return exit_status::failure;
  }
}

/// A file that somebody cuts while we look at it.  The library leaves signals
/// alone; this program has nothing to lose.
void give_up_on_cut_file(int) {
  constexpr char message[] =
      "telar: the graph's file was cut while it was in use\n";
  (void)!::write(STDERR_FILENO, message, sizeof message - 1);
  ::_exit(static_cast<int>(exit_status::corrupt));
}

}  // namespace
}  // namespace telar::cli

int main(int argc, char** argv) {
  using telar::cli::exit_status;
  telar::cli::occupy_standard_streams();
  std::signal(SIGBUS, telar::cli::give_up_on_cut_file);
  exit_status status = telar::cli::run_and_translate(argc, argv);
  // Output that did not reach its reader must not pass for a success.
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (!(written && std::cout) && status == exit_status::ok) {
    telar::cli::complain("standard output could not be written");
    status = exit_status::failure;
  }
  return static_cast<int>(status);
}
