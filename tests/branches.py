#!/usr/bin/env python3
"""Turns what gcov counted into what gcovr reads, without the branches that only
an exception takes, and their counterparts: that a call returns is no decision.
(gcovr 5.2 leaves out the former, but not those of code that was never executed.)

    python3 tests/branches.py ROOT BUILD > counts.json

Compilations of one line are one: a branch is taken if it is in any of them.  gcov
derives some counts from others, as if whoever came into a function had left it:
with those who ended inside, that can be less than nothing, which is nothing.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

# Branches of these lines are the compiler's: the ends of scopes, whether an
# exception is of a type, a pointer to delete null, an object made before.
GENERATED = re.compile(
    r"[{}()\s;]*$|\s*}?\s*catch \(|.*\bdelete |\s*thread_local ")


def counted(data):
    """What gcov knows of an object: files, with lines."""
    text = subprocess.run(
        ["gcov", "--json-format", "--stdout", "--branch-probabilities", data.name],
        cwd=data.parent, capture_output=True, text=True, check=True).stdout
    for document in text.splitlines():
        yield from json.loads(document)["files"]


def decided(branches):
    """Counts of the branches that the code decides: a call that may throw is two
    branches to gcov, the first of which is that it returns."""
    left = []
    for branch in branches:
        if not branch["throw"]:
            left.append(branch)
        elif left and left[-1]["fallthrough"]:
            left.pop()
    return [branch["count"] for branch in left]


def excluded(lines):
    """Numbers of the lines that a marker takes out of the count."""
    inside = False
    for number, line in enumerate(lines, 1):
        if "GCOVR_EXCL_START" in line:
            inside = True
        if inside or "GCOVR_EXCL_LINE" in line or GENERATED.match(
                line.split("//")[0]):
            yield number
        if "GCOVR_EXCL_STOP" in line:
            inside = False


def main(root, build):
    root = pathlib.Path(root).resolve()
    found = collections.defaultdict(
        lambda: collections.defaultdict(lambda: [0, {}]))
    for data in sorted(pathlib.Path(build).resolve().rglob("*.gcda")):
        for file in counted(data):
            path = pathlib.Path(file["file"])
            if not path.is_relative_to(root / "src"):
                continue
            lines = found[str(path.relative_to(root))]
            for line in file["lines"]:
                here = lines[line["line_number"]]
                here[0] += line["count"]
                for index, count in enumerate(decided(line["branches"])):
                    here[1][index] = here[1].get(index, 0) + max(count, 0)
    files = []
    for name, lines in sorted(found.items()):
        left_out = set(excluded((root / name).read_text().splitlines()))
        files.append({"file": name, "functions": [], "lines": [
            {"line_number": number, "count": count, "gcovr/noncode": False,
             "gcovr/excluded": False,
             "branches": [] if number in left_out else [
                 {"count": branches[i], "fallthrough": False, "throw": False}
                 for i in sorted(branches)]}
            for number, (count, branches) in sorted(lines.items())]})
    json.dump({"gcovr/format_version": "0.3", "files": files}, sys.stdout)


main(*sys.argv[1:])
