"""Runs kill_nine of $TELAR_BIN, forges an edge for it, and interrupts it."""
import os
import re
import signal
import subprocess
import sys
import time

SKIPPED = 77
LIMIT = 60  # seconds

BINARY = os.path.join(os.environ["TELAR_BIN"], "kill_nine")


def run(*arguments):
    done = subprocess.run([BINARY, "--seconds", "1", *arguments], text=True,
                          timeout=LIMIT, stdout=subprocess.PIPE)
    return done.returncode, done.stdout


def check_nothing_is_lost():
    status, output = run("--processes", "4", "--seed", "7")
    assert status == 0, output
    line = re.findall(r"s: (\d+) edges acknowledged, (\d+) kills, (\d+) "
                      r"repairs, longest wait [\d.]+ ms", output)[-1]
    edges, kills, _ = map(int, line)
    assert edges > 0 and kills > 4, output
    told = int(re.search(r"^(\d+) edges were acknowledged, and all of them are "
                         r"there, at both ends\.$", output, re.M).group(1))
    assert told >= edges, output  # one may die between writing and counting
    assert "The checker finds nothing wrong." in output, output
    assert "MISSING" not in output, output


def check_a_forged_edge_is_missed():
    status, output = run("--forge")
    assert status == 1, output
    assert output.count("MISSING: edge ") == 1, output


def check_nothing_is_left_when_it_ends_by(number):
    """Not even when it has no time to clean up."""
    with subprocess.Popen([BINARY, "--seconds", "600"], text=True,
                          stdout=subprocess.PIPE,
                          start_new_session=True) as demo:
        while "acknowledged" not in demo.stdout.readline():
            pass  # all are at work then
        demo.send_signal(number)
        assert demo.wait(LIMIT) == -number
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            os.killpg(demo.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("kill_nine left processes behind")


def main():
    if not os.path.exists(BINARY):
        print("skipped: the demos are not built")
        return SKIPPED
    check_nothing_is_lost()
    check_a_forged_edge_is_missed()
    check_nothing_is_left_when_it_ends_by(signal.SIGINT)
    check_nothing_is_left_when_it_ends_by(signal.SIGKILL)
    return 0


sys.exit(main())
