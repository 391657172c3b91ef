"""Runs isolation of $TELAR_BIN, and compares its tables with those that its first
comment shows; of the pages, that a shared graph costs a fork none."""
import os
import re
import subprocess
import sys

SKIPPED = 77
PAGES = re.compile(r"^  (shared|isolated) graph +(\d+) pages of its own, +"
                   r"(\d+\.\d\d) MiB$", re.M)
LEFT = ("/dev/shm", os.environ.get("TMPDIR", "/tmp"))


def documented():
    source = os.path.join(os.environ["TELAR_SOURCE_DIR"], "demos",
                          "isolation.cpp")
    with open(source, encoding="utf-8") as file:
        lines = file.read().split("//   $ isolation\n")[1].split("\n//\n")[0]
    return "".join(line[5:] + "\n" for line in lines.splitlines())


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "isolation")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    expected = PAGES.sub("", documented())
    for _ in range(5):
        process = subprocess.Popen([binary], text=True, stdout=subprocess.PIPE)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        assert PAGES.sub("", output) == expected, output
        pages = {kind: int(count) for kind, count, _ in PAGES.findall(output)}
        # A few of stack and heap, and what a sanitizer keeps of each access.
        most = 2000 if os.environ.get("TELAR_SANITIZE") else 60
        assert pages["shared"] < most, output
        assert pages["isolated"] > pages["shared"] + 300, output
        for folder in LEFT:
            assert not [name for name in os.listdir(folder)
                        if f"isolation-{process.pid}" in name], folder
    return 0


sys.exit(main())
