"""Runs bench-changes of $TELAR_BIN on little and checks its report."""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def main():
    program = os.path.join(os.environ["TELAR_BIN"], "bench-changes")
    if not os.path.exists(program):
        print("skipped: the benchmarks are not built")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        output = subprocess.run(
            [program, "--scale", "8", "--repeats", "2", "--changes", "1000",
             "--json", path],
            check=True, text=True, timeout=200, stdout=subprocess.PIPE).stdout
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    # One and two threads and processes, one by one and by span.
    assert len(report["rows"]) == 8, report
    for row in report["rows"]:
        assert f"| {row['name']} |" in output, output
        assert row["million_edges_per_second"] > 0, row
        assert row["to_none"] > 0, row
    return 0


sys.exit(main())
