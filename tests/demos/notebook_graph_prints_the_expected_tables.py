"""Runs notebook_graph of $TELAR_BIN and checks its adjacency tables."""
import ast
import os
import subprocess
import sys

SKIPPED = 77

BEFORE = {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
AFTER = {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}


EXPECTED = {
    "before": BEFORE,
    "threads, shared graph": AFTER,
    "processes, shared graph": AFTER,
    "processes, isolated graph": BEFORE,
}
ALONE = [f"worker {node} saw its own edge only: 5: [{node}]"
         for node in (1, 2, 3)]


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "notebook_graph")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    for _ in range(20):  # the schedule differs, the tables do not
        output = subprocess.run([binary], check=True, text=True, timeout=30,
                                stdout=subprocess.PIPE).stdout
        lines = [line.strip() for line in output.splitlines()]
        alone = [line for line in lines if line.startswith("worker")]
        rest = [line for line in lines if line not in alone]
        tables = dict(zip(rest[::2], map(ast.literal_eval, rest[1::2])))
        assert tables == EXPECTED, output
        assert sorted(alone) == ALONE, output
    return 0


sys.exit(main())
