"""Runs bench-executor of $TELAR_BIN on little, with its peers and without."""
import json
import os
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
LIMIT = 250  # seconds

BACKENDS = ["sequential", "threads", "processes", "workers"]
PYTHON = ("joblib", "multiprocessing")
TABLES = {"squares", "tiny", "tiny_rested", "first_call", "start", "graph",
          "connects_1000", "connects_1", "spins", "disturbance"}
SCRIPT = os.path.join(os.environ["TELAR_SOURCE_DIR"], "benchmarks",
                      "executor_peers.py")


def bench(folder, *arguments):
    """Runs it in a process group of its own; its end, output and report."""
    path = os.path.join(folder, "report.json")
    program = os.path.join(os.environ["TELAR_BIN"], "bench-executor")
    with subprocess.Popen([program, "--quick", "--json", path, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, start_new_session=True) as run:
        output, messages = run.communicate(timeout=LIMIT)
    wait_until_gone(run.pid)
    report = None
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        os.remove(path)
    return run.returncode, output, messages, report


def wait_until_gone(group):
    """Peers may take a moment to leave, but leave they must."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("bench-executor left processes behind")


def check_everything_is_measured(folder):
    status, output, messages, report = bench(folder)
    assert status == 0, messages
    assert {table["key"] for table in report["tables"]} == TABLES
    for table in report["tables"]:
        assert f"**{table['title']}**" in output, table["title"]
        for row in table["rows"]:
            assert f"| {row['name']} |" in output, row["name"]
            if "missing" in row:
                assert row["name"].startswith("joblib"), row
            else:
                assert len(row["values"]) == 1, row
                assert table["key"] == "graph" or row["median"] > 0, row
    squares = next(t for t in report["tables"] if t["key"] == "squares")
    names = " ".join(row["name"] for row in squares["rows"])
    for name in [f"telar, {backend}" for backend in BACKENDS] + [
            "plain loop", "OpenMP", "oneTBB", *PYTHON]:
        assert name in names, name
    assert len(report["targets"]) >= 10
    assert all("reached" in target for target in report["targets"])


def fake_peers(folder, reply):
    """A script that gives the same answer to whatever is asked."""
    path = os.path.join(folder, "fake_peers.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"import sys\nfor _ in sys.stdin:\n"
                   f"    print({reply!r}, flush=True)\n")
    return path


def check_missing_peers_are_named(folder):
    script = fake_peers(folder, '{"missing": "there is no joblib"}')
    status, output, messages, report = bench(folder, "--only", "start",
                                             "--peers", script)
    assert status == 0, messages
    row = report["tables"][0]["rows"][-1]
    assert row["values"] == [] and "there is no joblib" in row["missing"], row
    assert "there is no joblib" in output


def check_wrong_peers_end_the_run(folder):
    for reply, words in (('{"error": "a wrong result"}', "a wrong result"),
                         ("", "JSON")):
        script = fake_peers(folder, reply)
        status, _, messages, report = bench(folder, "--only", "start",
                                            "--peers", script)
        assert status == 1 and report is None
        assert messages.startswith("bench-executor: "), messages
        assert reply == "" or words in messages, messages


def check_peers_work_without_joblib():
    """-S hides the packages of Debian."""
    request = {"measure": "squares", "workers": 1, "grain": 0, "tasks": 10}
    lines = "".join(json.dumps({**request, "peer": peer}) + "\n"
                    for peer in ("loky", "multiprocessing", "loky"))
    output = subprocess.run([sys.executable, "-S", SCRIPT], input=lines,
                            text=True, stdout=subprocess.PIPE, check=True,
                            timeout=LIMIT).stdout
    first, second, third = map(json.loads, output.splitlines())
    assert "python3-joblib" in first["missing"] and first == third, output
    assert second["value"] > 0, output


def main():
    if not os.path.exists(os.path.join(os.environ["TELAR_BIN"],
                                       "bench-executor")):
        print("skipped: the benchmarks are not built")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        check_everything_is_measured(folder)
        check_missing_peers_are_named(folder)
        check_wrong_peers_end_the_run(folder)
    check_peers_work_without_joblib()
    return 0


sys.exit(main())
