"""Running `telar` from a test, and leaving nothing behind.

The binary is the `telar` in the directory TELAR_BIN.  Every run has a time
limit.  Graphs have names that contain this process's pid and are removed when
a test ends, passed or failed.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

LIMIT = 120  # Seconds for one command: a watchdog, far more than any takes.

OK, FAILURE, USAGE, NOT_FOUND, EXISTS, BUSY, CORRUPT, NO_SPACE = range(8)


def binary():
    folder = os.environ.get("TELAR_BIN")
    if not folder:
        sys.exit("TELAR_BIN must name the directory of the telar binary")
    return os.path.join(folder, "telar")


def telar(*arguments, stdin=None, stdout=subprocess.PIPE):
    """Runs a command and returns its CompletedProcess; texts are bytes."""
    return subprocess.run(
        [binary(), *map(str, arguments)],
        input=b"" if stdin is None else stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=LIMIT,
    )


class CliTest(unittest.TestCase):
    """A test with a graph name and a folder of its own."""

    count = 0

    def setUp(self):
        self.names = []
        self.name = self.another_name()
        self.folder = tempfile.mkdtemp(prefix="telar-cli-test-")
        self.started = []
        self.addCleanup(self.clean)

    def another_name(self):
        CliTest.count += 1
        self.names.append(f"cli-test-{os.getpid()}-{CliTest.count}")
        return self.names[-1]

    def clean(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    pipe.close()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        remove_segments(lambda name: name in self.names)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """Writes a file and returns its path."""
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def run_telar(self, *arguments, code=OK, stdin=None):
        """Runs a command that must end with this code; returns its output."""
        done = telar(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, code,
                         f"{arguments}: {done.stdout} {done.stderr}")
        if code not in (OK, CORRUPT):
            self.assertEqual(done.stdout, b"", arguments)
        if code != OK:
            self.last_message = done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="surrogateescape")

    def run_json(self, *arguments, **options):
        return json.loads(self.run_telar(*arguments, "--json", **options))

    def refused(self, code, *arguments, says="", stdin=None):
        """The command must fail with this code, and say so."""
        self.run_telar(*arguments, code=code, stdin=stdin)
        self.assertTrue(self.last_message.startswith("telar: "),
                        self.last_message)
        self.assertIn(says, self.last_message)

    def info(self, name=None):
        return self.run_json("info", name or self.name)

    def sound(self, name=None):
        report = self.run_json("doctor", name or self.name)
        self.assertTrue(report["ok"], report)
        self.assertEqual(report["problems"], [])

    def start(self, *arguments):
        """Starts a command with a pipe to its standard input."""
        process = subprocess.Popen(
            [binary(), *map(str, arguments)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.started.append(process)
        return process


def segment(name):
    """The path of a shared segment."""
    return f"/dev/shm/telar.1.{name}"


def remove_segments(chosen):
    start = os.path.basename(segment(""))
    for entry in os.listdir("/dev/shm"):
        if entry.startswith(start) and chosen(entry[len(start):]):
            os.unlink(os.path.join("/dev/shm", entry))


def main():
    """Runs the tests of the calling file; a stopped run cleans up too."""
    own = f"cli-test-{os.getpid()}-"
    atexit.register(remove_segments, lambda name: name.startswith(own))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    unittest.main(verbosity=2)
