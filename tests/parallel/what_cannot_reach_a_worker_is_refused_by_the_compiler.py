#!/usr/bin/env python3
"""Each wrong call of a worker_pool is refused with the sentence that helps, and
the right ones beside them compile."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["TELAR_SOURCE_DIR"])
CACHE = pathlib.Path(os.environ["TELAR_BINARY_DIR"]) / "CMakeCache.txt"
COMPILER = re.search(
    r"^CMAKE_CXX_COMPILER:[^=]*=(.*)$", CACHE.read_text(), re.M).group(1)

PROGRAM = """
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <telar/graph.hpp>
#include <telar/parallel.hpp>

%s
"""

FUNCTION = """void use_%d(telar::parallel::worker_pool& pool, telar::graph& g) { std::vector<int> numbers{1, 2, 3}; int local = 1; (void)pool; (void)local; (void)g; %s }
"""

CAPTURE = "captures nothing, since the workers were forked before"
ADDRESS = "a pointer, reference or view means nothing in a worker"
HANDLE = "only values that can be copied as bytes travel to a worker"
GRAPH = "a graph is the handle of one process"
BY_VALUE = "by value or as const references"

REFUSED = [
    ("pool.map([local](int i) { return i + local; }, numbers);", CAPTURE),
    ("pool.for_each([&](int i) { local += i; }, numbers);", CAPTURE),
    ("pool.map([](int i, int* p) { return i + *p; }, numbers, &local);",
     ADDRESS),
    ("pool.map([](int i, std::string_view v) { return v[0] + i; }, numbers,"
     " std::string_view(\"x\"));", ADDRESS),
    ("pool.map([](int i) { static double kept; kept = i; return &kept; },"
     " numbers);", ADDRESS),
    ("pool.map([](int i, std::reference_wrapper<int> r) { return i + r; },"
     " numbers, std::ref(local));", ADDRESS),
    ("pool.map([](int i, const std::shared_ptr<int>& p) { return i + *p; },"
     " numbers, std::make_shared<int>(1));", HANDLE),
    ("std::mutex m; pool.for_each([](int, const std::mutex&) {}, numbers, m);",
     HANDLE),
    ("pool.for_each([](int v, const telar::graph& h) { h.degree(v); },"
     " numbers, g);", GRAPH),
    ("pool.map([](int& i) { return ++i; }, numbers);", BY_VALUE),
]

ACCEPTED = """
  pool.map([](int i, int more) { return i + more; }, numbers, local);
  pool.map(+[](int i) { return i; }, numbers);
  pool.for_each([](int v, telar::graph_ref h) { h->add_edge(v, 0); }, numbers,
                telar::graph_ref(g));
  pool.map([](const std::string& s) { return s; }, std::vector<std::string>{});
  telar::parallel::executor any;
  any.for_each([&](int& i) { local += i; }, numbers);
  any.map([&g](int) { return &g; }, numbers);
"""


def compile_bodies(folder, name, bodies):
    """The exit code, and the messages of each body: from where the compiler
    names its line to where it names the next."""
    path = pathlib.Path(folder) / name
    functions = [FUNCTION % (i, " ".join(body.split()))
                 for i, body in enumerate(bodies)]
    path.write_text(PROGRAM % "".join(functions))
    first = path.read_text()[:path.read_text().index("void use_0")].count("\n")
    done = subprocess.run(
        [COMPILER, "-std=c++20", "-fsyntax-only", "-I", str(SOURCE / "include"),
         str(path)], capture_output=True, text=True, check=False)
    words = [""] * len(bodies)
    at = None
    for line in done.stderr.splitlines():
        here = re.match(re.escape(str(path)) + r":(\d+):", line)
        if here:
            at = int(here.group(1)) - first - 1
        if at is not None and 0 <= at < len(bodies):
            words[at] += line + "\n"
    return done.returncode, words


def main():
    failures = 0
    with tempfile.TemporaryDirectory(prefix="telar-compile-") as folder:
        right, said = compile_bodies(folder, "right.cpp", [ACCEPTED])
        wrong, words = compile_bodies(folder, "wrong.cpp",
                                      [body for body, _ in REFUSED])
    if right != 0:
        failures += 1
        print("what is right was refused:\n" + said[0][:2000])
    for (body, sentence), said in zip(REFUSED, words):
        if wrong == 0 or sentence not in said:
            failures += 1
            print(f"not refused with \"{sentence}\":\n  {body}\n"
                  f"  {said[:1500]}")
    return failures


sys.exit(min(main(), 1))
