#!/usr/bin/env python3
"""Real graphs, by every sort of team.

They lie in ../shared/data beside the project, or in TELAR_DATA; where they are
absent the test says so and ends with 77, which means skipped.
"""

import collections
import os
import sys

from support.session import CliTest, main

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DATA = os.environ.get("TELAR_DATA",
                      os.path.join(os.path.dirname(PROJECT), "shared", "data"))
GRAPHS = os.path.join(DATA, "graphs")

# file, options, vertices, edges
CASES = [
    ("karate.gt.el", [], 34, 78),
    ("lesmis.gt.el", ["--weight", "f64"], 77, 254),
    ("facebook_combined.snap.txt", [], 4039, 88234),
    ("wiki-Vote.snap.txt", ["--kind", "directed"], 7115, 103689),
]


def adjacency(path, directed):
    """The adjacency of every id, as a plain reading of the file has it."""
    lists = collections.defaultdict(list)
    with open(path) as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            u, v = map(int, line.split()[:2])
            lists[u].append(v)
            if not directed:
                lists[v].append(u)
    return lists


class RealGraphs(CliTest):
    def test_every_team_imports_all_vertices_and_edges(self):
        for file, options, vertices, edges in CASES:
            path = os.path.join(GRAPHS, file)
            expected = adjacency(path, "--kind" in options)
            hub = max(expected, key=lambda u: len(expected[u]))
            for workers in (1, 2, 3, 4):
                for backend in ("threads", "processes"):
                    what = f"{file}, {workers} {backend}"
                    report = self.run_json(
                        "import", self.name, path, *options, "--workers",
                        workers, "--backend", backend)
                    self.assertEqual(report["vertices"], vertices, what)
                    self.assertEqual(report["edges"], edges, what)
                    found = self.run_json("neighbors", self.name, hub)
                    if workers == 1:
                        self.assertEqual(found, expected[hub], what)
                    self.assertEqual(sorted(found), sorted(expected[hub]), what)
                    self.sound()
                    self.run_telar("rm", self.name)

    def test_weights_are_those_of_the_file(self):
        path = os.path.join(GRAPHS, "lesmis.gt.el")
        self.run_telar("import", self.name, path, "--weight", "f32")
        with open(path) as file:
            first = next(l for l in file if not l.startswith("#")).split()
        found = self.run_json("neighbors", self.name, first[0], "--weights")
        self.assertEqual(found[0], {"vertex": int(first[1]),
                                    "weight": float(first[2])})


if __name__ == "__main__":
    if not os.path.isdir(GRAPHS):
        print(f"skipped: there are no graphs in {GRAPHS}; set TELAR_DATA")
        sys.exit(77)
    main()
