"""What tests of benchmarks have in common."""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def report_of(name, *arguments):
    """Runs a benchmark of $TELAR_BIN; its output, and its report.  Ends the test,
    which is skipped, where there is none."""
    program = os.path.join(os.environ["TELAR_BIN"], name)
    if not os.path.exists(program):
        print("skipped: the benchmarks are not built")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        output = subprocess.run([program, *arguments, "--json", path],
                                check=True, text=True, timeout=200,
                                stdout=subprocess.PIPE).stdout
        with open(path, encoding="utf-8") as file:
            return output, json.load(file)
