"""Runs bench-changes of $TELAR_BIN on little and checks its report."""
from support.report import report_of

output, report = report_of("bench-changes", "--scale", "8", "--repeats", "2",
                           "--changes", "1000")
# One and two threads and processes, one by one and by span.
assert len(report["rows"]) == 8, report
for row in report["rows"]:
    assert f"| {row['name']} |" in output, output
    assert row["million_edges_per_second"] > 0, row
    assert row["to_none"] > 0, row
