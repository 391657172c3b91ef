"""Recomputes the figures of debian_dependencies of $TELAR_BIN, and compares.

Reads the lists of apt with code of its own; a small index with every form of
the syntax comes first, so that something is tested where apt has no lists.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
SYNTAX = """\
Package: a
Pre-Depends: dpkg (>= 1.15.6~)
Depends: b, b (<< 2) | c:any (>= 1), d [amd64] | e <!nocheck>,g(>=1),
 folded | b
Description: not a field
 Depends: not-this-one

Package: b
Depends: a:amd64, nowhere
Provides: not-this-either

Package: lonely

Package: a
Depends: b, later
"""


def read(text):
    """The vertices, and the edges as {package: set of names}."""
    vertices = set()
    edges = collections.defaultdict(set)
    for stanza in re.split(r"\n\n", text):
        fields = {}
        for line in re.sub(r"\n[ \t]", " ", stanza).split("\n"):
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        package = fields.get("Package")
        if not package:
            continue
        vertices.add(package)
        for kind in ("Pre-Depends", "Depends"):
            for dependency in re.split(r"[,|]", fields.get(kind, "")):
                name = re.match(r"[^ (\[<:]*", dependency.strip()).group()
                if name:
                    edges[package].add(name)
    vertices.update(*edges.values())
    return vertices, edges


def reversed_edges(edges):
    result = collections.defaultdict(set)
    for package, names in edges.items():
        for name in names:
            result[name].add(package)
    return result


def needed_by(dependents, package):
    found = {package}
    frontier = [package]
    while frontier:
        for other in dependents[frontier.pop()] - found:
            found.add(other)
            frontier.append(other)
    return len(found) - 1


def page_rank(vertices, edges, iterations=20, damping=0.85):
    ranks = dict.fromkeys(vertices, 1 / len(vertices))
    for _ in range(iterations):
        after = dict.fromkeys(vertices, 1 - damping)
        for package, names in edges.items():
            share = damping * ranks[package] / len(names)
            for name in names:
                after[name] += share
        ranks = after
    return ranks


def check(binary, path, processes):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        vertices, edges = read(file.read())
    dependents = reversed_edges(edges)
    found = json.loads(subprocess.run(
        [binary, "--json", "--file", path, "--processes", str(processes)],
        check=True, timeout=100, stdout=subprocess.PIPE).stdout)

    assert found["vertices"] == len(vertices), found
    assert found["edges"] == sum(map(len, edges.values())), found
    assert found["same_as_one_process"] is True
    assert found["isolated"]["edges"] == 0
    assert len(found["processes"]) == processes
    assert sum(p["edges"] for p in found["processes"]) == found["edges"]

    top = sorted(vertices, key=lambda v: (-len(dependents[v]), v.encode()))
    assert [(p["name"], p["dependents"]) for p in found["dependents"]] == [
        (v, len(dependents[v])) for v in top[:10]], found["dependents"]

    ranks = page_rank(vertices, edges)
    best = sorted(ranks.values(), reverse=True)[:10]
    for package, rank in zip(found["page_rank"], best, strict=True):
        name = package["name"]
        assert abs(package["rank"] - rank) < 1e-6 * rank, (package, rank)
        assert abs(ranks[name] - rank) < 1e-6 * rank, (package, rank)
        assert package["needed_by"] == needed_by(dependents, name), package
    print(path, len(vertices), found["edges"], top[:3],
          [p["name"] for p in found["page_rank"][:3]])


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "debian_dependencies")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "index")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SYNTAX)
        check(binary, path, 1)
        check(binary, path, 3)
        check(binary, path, 16)  # more processes than stanzas

        try:
            with open(path, "wb") as file:
                subprocess.run(["apt-cache", "dumpavail"], check=True,
                               stdout=file, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            return SKIPPED
        if os.path.getsize(path) == 0:
            print("skipped: apt has no lists")
            return SKIPPED
        check(binary, path, 4)
    return 0


sys.exit(main())
