"""Runs fork_randomness of $TELAR_BIN and checks each of its vectors.

Those of one engine are numpy's; the trap's obey the law of inherited engines;
those of the streams are computed anew.
"""
import ast
import os
import re
import subprocess
import sys

from support.numpy_draws import EACH, SEQUENCE

SKIPPED = 77
TASKS, WORKERS = 10, 4

WORD = 2**64 - 1
TITLES = [
    "one engine, one process",
    "one engine under a lock, 4 threads",
    "the trap: one engine, inherited by 4 forked workers",
    "the cure: a stream for each task, whoever runs it",
    "the cure with numpy's engine: std::mt19937(task), whoever runs it",
]


def philox(key, counter):
    """Philox4x64-10."""
    for _ in range(10):
        first = 0xD2E7470EE14C6C93 * counter[0]
        second = 0xCA5A826395121157 * counter[2]
        counter = [second >> 64 ^ counter[1] ^ key[0], second & WORD,
                   first >> 64 ^ counter[3] ^ key[1], first & WORD]
        key = [key[0] + 0x9E3779B97F4A7C15 & WORD,
               key[1] + 0xBB67AE8584CAA73B & WORD]
    return counter


def stream(task):
    """Five numbers below 15, as libstdc++ makes them of draws of 64 bits."""
    draws = philox([0, 0], [0, 0, task, 0]) + philox([0, 0], [1, 0, task, 0])
    return [draw * 15 >> 64 for draw in draws[:5]]


def sections(output):
    found = {}
    for line in output.splitlines():
        if line.startswith("  "):
            found[title].append(line.strip())
        else:
            title = line
            found[title] = []
    return found


def vectors(lines):
    assert [line.split(": ")[0] for line in lines] == [
        str(task) for task in range(TASKS)], lines
    return [ast.literal_eval(line.split(": ")[1]) for line in lines]


def check_trap(lines):
    """A prefix of the sequence, drawn less and less often."""
    drawn, counts = [], []
    for line in lines:
        vector, count = re.fullmatch(r"(\[.*\]) drawn by (\d+) tasks?",
                                     line).groups()
        drawn.append(ast.literal_eval(vector))
        counts.append(int(count))
    assert drawn == SEQUENCE[:len(drawn)], lines
    assert counts[0] == WORKERS, lines  # each had a task
    assert counts == sorted(counts, reverse=True), lines
    assert sum(counts) == TASKS, lines


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "fork_randomness")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    for _ in range(20):  # the schedule differs
        output = subprocess.run([binary], check=True, text=True, timeout=30,
                                stdout=subprocess.PIPE).stdout
        found = sections(output)
        assert list(found) == TITLES, output
        one, threads, trap, streams, engines = found.values()
        assert vectors(one) == SEQUENCE, output
        assert len(threads) == 1, output
        check_trap(trap)
        assert vectors(streams) == list(map(stream, range(TASKS))), output
        assert vectors(engines) == EACH, output
    return 0


sys.exit(main())
