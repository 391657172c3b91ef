// demos/debian_dependencies/packages.cpp: runs apt-cache, and finds fields.
#include "packages.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/interprocess/file_mapping.hpp>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace demo {
namespace {

namespace bip = boost::interprocess;

constexpr auto installed_packages = "/var/lib/dpkg/status";

/// A file that is only memory.
class memory_file {
 public:
  memory_file() : descriptor_(::memfd_create("packages", MFD_CLOEXEC)) {
    if (descriptor_ < 0) {
      throw std::system_error(errno, std::generic_category(), "memfd_create");
    }
  }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  ~memory_file() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] bool empty() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) != 0 || status.st_size == 0;
  }
  [[nodiscard]] std::string path() const {
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

/// Runs `apt-cache dumpavail` with its output in `file`; false if it failed.
bool dump_available(const memory_file& file) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, file.descriptor(),
                                     STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                     O_WRONLY, 0);
  char program[] = "apt-cache";
  char command[] = "dumpavail";
  char* const arguments[] = {program, command, nullptr};
  pid_t pid = 0;
  const int failure =
      ::posix_spawnp(&pid, program, &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return false;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

bip::mapped_region map(const std::string& path) {
  try {
    return {bip::file_mapping(path.c_str(), bip::read_only), bip::read_only};
  } catch (const bip::interprocess_exception& failure) {
    throw std::runtime_error("cannot read " + path + ": " + failure.what());
  }
}

}  // namespace

package_index::package_index(const std::string& path, std::string source)
    : memory_(map(path)), source_(std::move(source)) {}

package_index package_index::of_this_machine() {
  const memory_file file;
  if (dump_available(file) && !file.empty()) {
    return {file.path(), "apt-cache dumpavail"};
  }
  return {installed_packages,
          "the installed packages only, for apt has no lists: run apt-get "
          "update"};
}

package_index package_index::of_file(const std::string& path) {
  return {path, path};
}

std::string_view package_index::text() const noexcept {
  return {static_cast<const char*>(memory_.get_address()), memory_.get_size()};
}

std::vector<std::string_view> package_index::slices(unsigned count) const {
  std::vector<std::string_view> result;
  std::string_view rest = text();
  for (unsigned left = count; left > 1; --left) {
    const auto cut = rest.find("\n\n", rest.size() / left);
    result.push_back(rest.substr(0, cut));
    rest.remove_prefix(std::min(rest.size(), result.back().size() + 2));
  }
  result.push_back(rest);
  return result;
}

std::string_view field(std::string_view stanza, std::string_view name) {
  const std::string start = std::string(name) + ':';
  std::size_t at = 0;
  while (!stanza.substr(at).starts_with(start)) {
    at = stanza.find('\n', at);
    if (at == stanza.npos) return {};
    ++at;
  }
  auto value = stanza.substr(at + start.size());
  for (auto end = value.find('\n'); end != value.npos;
       end = value.find('\n', end + 1)) {
    const bool continues = end + 1 < value.size() &&
                           (value[end + 1] == ' ' || value[end + 1] == '\t');
    if (!continues) return value.substr(0, end);
  }
  return value;
}

std::string_view package_name(std::string_view dependency) {
  constexpr std::string_view blank = " \t\n";
  dependency.remove_prefix(
      std::min(dependency.find_first_not_of(blank), dependency.size()));
  return dependency.substr(0, dependency.find_first_of(" \t\n([<:"));
}

}  // namespace demo
