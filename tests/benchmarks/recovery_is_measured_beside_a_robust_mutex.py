"""Runs bench-recovery of $TELAR_BIN on little and checks its report."""
from support.report import report_of

ROWS = ["a vertex of a graph, killed while it holds it",
        "a vertex of a graph, killed at any moment",
        "a robust mutex, killed while it holds it"]

output, report = report_of("bench-recovery", "--rounds", "2", "--kills", "5",
                           "--processes", "4")
assert [row["name"] for row in report["rows"]] == ROWS, report
for row in report["rows"]:
    assert f"| {row['name']} |" in output, output
    assert 0 < row["p50"] <= row["p99"] <= row["max"], row
    assert len(row["p99_rounds"]) == 2, row
assert len(report["targets"]) == 2, report
