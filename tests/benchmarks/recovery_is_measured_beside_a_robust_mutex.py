"""Runs bench-recovery of $TELAR_BIN on little and checks its report."""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77
ROWS = ["a vertex of a graph, killed while it holds it",
        "a vertex of a graph, killed at any moment",
        "a robust mutex, killed while it holds it"]


def main():
    program = os.path.join(os.environ["TELAR_BIN"], "bench-recovery")
    if not os.path.exists(program):
        print("skipped: the benchmarks are not built")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        output = subprocess.run(
            [program, "--rounds", "2", "--kills", "5", "--processes", "4",
             "--json", path],
            check=True, text=True, timeout=200, stdout=subprocess.PIPE).stdout
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    assert [row["name"] for row in report["rows"]] == ROWS, report
    for row in report["rows"]:
        assert f"| {row['name']} |" in output, output
        assert 0 < row["p50"] <= row["p99"] <= row["max"], row
        assert len(row["p99_rounds"]) == 2, row
    assert len(report["targets"]) == 2, report
    return 0


sys.exit(main())
