// tests/space/trial.cpp: one fault after the other, and what must hold after
// each.
#include "space/trial.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>

#include "space/holdings.hpp"
#include "space/watched.hpp"
#include "support/process.hpp"

namespace telar::test {
namespace {

/// What a user is told, and must be able to act upon.
void require_helpful(const error& refused, const world& w, const fault& f) {
  const std::string text = refused.what();
  const auto says = [&](const char* part) {
    return text.find(part) != std::string::npos;
  };
  const errc code = refused.code();
  if (code != errc::no_space && code != errc::system) {
    throw std::runtime_error("the code is " + std::string(to_string(code)) +
                             ": " + text);
  }
  const bool short_of_space =
      f.errnum == ENOSPC || f.errnum == EDQUOT || f.errnum == ENOMEM;
  if (short_of_space && code != errc::no_space) {
    throw std::runtime_error("it is not no_space: " + text);
  }
  // Or what else it is: the target of a selection, or the process's own page.
  if (!says(location(w.where).name().c_str()) && !says("(isolated)") &&
      !says("this process") && !(w.saved && says(w.saved->text().c_str()))) {
    throw std::runtime_error("it does not name the graph: " + text);
  }
  // More than the bare words of the system.
  if (!text.ends_with('.')) {
    throw std::runtime_error("it does not say what to do: " + text);
  }
}

/// Makes the call under the fault.  True: it went through all the same.
bool goes_through(world& w, const scenario& s, const fault& f,
                  std::uint64_t& struck) {
  bool done = false;
  std::optional<error> refused;
  bool short_of_heap = false;
  {
    std::optional<system_without> less;
    if (!s.nameless_files) less.emplace(system_without::nameless_files{});
    const armed fault_of_this_call(f);
    try {
      s.call(w, 0, s.parts);
      done = true;
    } catch (const error& thrown) {
      refused = thrown;
    } catch (const std::bad_alloc&) {
      short_of_heap = true;
    }
    struck = fault_of_this_call.failed();
  }
  if (done) return true;
  require(f.of == resource::heap || !short_of_heap, "std::bad_alloc escaped");
  if (f.errnum == EINTR) {
    throw std::runtime_error("an interrupted call was not made again: " +
                             std::string(refused ? refused->what() : "?"));
  }
  if (refused && f.of == resource::system) require_helpful(*refused, w, f);
  return false;
}

void prepare(world& w, const scenario& s) {
  if (s.earlier) s.earlier(w);
}

struct foreseen {
  std::vector<std::string> views;  ///< After each number of parts.
  std::vector<call> calls;         ///< What all parts ask for.
};

/// What happens without a fault.
foreseen foresee(const scenario& s, resource of) {
  foreseen what;
  // All of them first: what a process does once is among their calls.
  for (std::size_t done = s.parts + 1; done-- > 0;) {
    world w(s.where, s.options);
    prepare(w, s);
    {
      std::optional<system_without> less;
      if (!s.nameless_files) less.emplace(system_without::nameless_files{});
      const armed counting(fault{.of = of});
      if (done != 0) s.call(w, 0, done);
      if (done == s.parts) what.calls = counting.calls();
    }
    what.views.insert(what.views.begin(), view_of(w));
  }
  return what;
}

/// False: the fault did not strike, since the call asked for less than before.
bool try_one(const scenario& s, const fault& f,
             const std::vector<std::string>& views) {
  const holdings start = holdings_now();
  std::uint64_t struck = 0;
  {
    world w(s.where, s.options);
    prepare(w, s);
    const bool handles = w.g.has_value() || w.table.has_value();
    const holdings before = holdings_now();
    if (!goes_through(w, s, f, struck)) {
      const std::string seen = view_of(w);
      const auto done = std::find(views.begin(), views.end() - 1, seen);
      if (done == views.end() - 1) {
        throw std::runtime_error("the graph has changed:\n" + seen +
                                 "\ninstead of:\n" + views.front());
      }
      require_sound(w);
      // What is mapped lazily may stay until the handle is closed.
      if (done == views.begin()) {
        require_no_more(holdings_now(), before, !handles);
      }
      s.call(w, static_cast<std::size_t>(done - views.begin()), s.parts);
    }
    if (const std::string seen = view_of(w); seen != views.back()) {
      throw std::runtime_error("it ends as\n" + seen + "\ninstead of\n" +
                               views.back());
    }
    require_sound(w);
  }
  require_no_more(holdings_now(), start, true);
  return struck != 0;
}

/// Whether a signal can interrupt it, on some file system.
bool can_be_interrupted(call what) {
  switch (what) {
    case call::fallocate:
    case call::fopen:
    case call::fsync:
    case call::ftruncate:
    case call::linkat:
    case call::open:
    case call::pread:
    case call::pwrite:
    case call::rename:
    case call::renameat2:
    case call::unlink:
      return true;
    default:
      return false;
  }
}

// A sanitizer finds what is wrong by a third of them as well: the others differ
// in words and codes only.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
constexpr int errnums[] = {ENOSPC, EINTR, EOPNOTSUPP, EIO};
#else
constexpr bool sanitized = false;
constexpr int errnums[] = {ENOSPC,     ENOMEM, EDQUOT, EINTR,
                           EOPNOTSUPP, EIO,    EMFILE, EFBIG};
#endif

std::vector<fault> faults_of(const std::vector<call>& calls, resource of) {
  std::vector<fault> all;
  for (std::uint64_t at = 1; at <= calls.size(); ++at) {
    if (of == resource::heap) {
      for (const std::uint64_t times : {std::uint64_t{1}, for_ever}) {
        all.push_back({of, at, times, ENOMEM});
      }
      continue;
    }
    for (const int errnum : errnums) {
      if (errnum == EINTR && !can_be_interrupted(calls[at - 1])) continue;
      // Interruptions end.
      const std::uint64_t most = errnum == EINTR ? 100 : for_ever;
      all.push_back({of, at, 1, errnum});
      all.push_back({of, at, most, errnum});
      if (!sanitized) all.push_back({of, at, most, errnum, true});
    }
  }
  return all;
}

std::string words_for(const fault& f, call what) {
  return "call " + std::to_string(f.at) + " (" + to_string(what) + "), " +
         ::strerrorname_np(f.errnum) +
         (f.times == 1 ? " once"
          : f.all      ? " from then on, and all others"
                       : " from then on");
}

/// Runs it in a process of its own, which tells by a pipe.
template <typename Body>
std::string text_of_child(const Body& body) {
  int ends[2];
  require(::pipe2(ends, O_CLOEXEC) == 0, "pipe2");
  process child = start_process([&] {
    std::string text;
    int code = 0;
    try {
      text = body();
    } catch (const std::exception& wrong) {
      text = wrong.what();
      code = 1;
    }
    return ::write(ends[1], text.data(), text.size()) < 0 ? 2 : code;
  });
  ::close(ends[1]);
  std::string text;
  char some[4096];
  for (ssize_t size; (size = ::read(ends[0], some, sizeof some)) > 0;) {
    text.append(some, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  const int code = wait_for(child);
  if (code < 0) throw std::runtime_error("signal " + std::to_string(-code));
  if (code > 0) throw std::runtime_error(text);
  return text;
}

foreseen foreseen_by_child(const scenario& s, resource of) {
  const std::string text = text_of_child([&] {
    const foreseen what = foresee(s, of);
    std::string all;
    for (const std::string& view : what.views) all += view + '\0';
    for (const call one : what.calls) all += static_cast<char>(one);
    return all;
  });
  foreseen what;
  std::size_t at = 0;
  while (what.views.size() <= s.parts) {
    what.views.emplace_back(text.c_str() + at);
    at += what.views.back().size() + 1;
  }
  for (; at < text.size(); ++at) {
    what.calls.push_back(static_cast<call>(text[at]));
  }
  return what;
}

/// Tries every fault; returns how many.  Throws what is wrong.
std::size_t try_all(const scenario& s, resource of, const note& tell) {
  tell("without a fault");
  // By somebody else, if we are to have used no graph yet.
  const foreseen what = s.fresh ? foreseen_by_child(s, of) : foresee(s, of);
  std::size_t tried = 0;
  for (const fault& f : faults_of(what.calls, of)) {
    tell(words_for(f, what.calls[f.at - 1]));
    if (s.fresh) {
      tried += text_of_child([&] {
                 return std::string(try_one(s, f, what.views) ? "struck" : "");
               }) == "struck";
    } else {
      tried += try_one(s, f, what.views);
    }
  }
  return tried;
}

}  // namespace

std::string problem_of(const scenario& s, resource of, std::size_t& tried) {
  return problem_in_child(
      s.name, tried, [&](const note& tell) { return try_all(s, of, tell); });
}

}  // namespace telar::test
