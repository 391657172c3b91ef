"""Runs notebook of $TELAR_BIN and checks what each of its rows prints.

What the schedule decides, and how long things take, differs from run to run.
"""
import ast
import os
import re
import subprocess
import sys

from support.numpy_draws import EACH, SEQUENCE

SKIPPED = 77
WORKERS = 4

LOOP = "1136.5969161564717 in 14 iterations"

TABLE = """\
   col1  col2
0     6     6
1     7     7
2     8    10
3     9    10
4    10    10"""

BEFORE = {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
AFTER = {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}

BACKENDS = ["sequential", "threads", "processes", "workers"]


def rows(output):
    """{"N1": the lines below its heading}"""
    found = {}
    for section in output.rstrip("\n").split("\n\n")[1:]:
        heading, *lines = section.split("\n")
        found[heading.split()[0]] = lines
    return found


def words(lines):
    """{the first word: the rest} of each line."""
    return dict(line.split(maxsplit=1) for line in lines)


def check_engine(lines):
    assert lines[0] == "  sequential" and lines[6] == "  threads", lines
    vectors = [ast.literal_eval(line.strip()) for line in lines
               if line.startswith("    ")]
    assert vectors[:5] == SEQUENCE[:5], lines
    assert sorted(vectors[5:]) == sorted(SEQUENCE[:5]), lines


def check_trap(lines):
    """A prefix of the sequence, drawn less and less often."""
    drawn, counts = [], []
    for line in lines:
        vector, count = re.fullmatch(r"  (\[.*\]) drawn by (\d+)",
                                     line).groups()
        drawn.append(ast.literal_eval(vector))
        counts.append(int(count))
    assert drawn == SEQUENCE[:len(drawn)], lines
    assert counts[:2] == [WORKERS] * 2, lines  # each had two tasks
    assert counts == sorted(counts, reverse=True), lines
    assert sum(counts) == 10, lines


def check_cure(lines):
    streams = []
    for task, line in enumerate(lines[1:]):
        number, stream, engine = re.fullmatch(
            r"  (\d) +(\[.*\]) +(\[.*\])", line).groups()
        assert int(number) == task, lines
        assert ast.literal_eval(engine) == EACH[task], lines
        streams.append(tuple(ast.literal_eval(stream)))
    assert len(set(streams)) == 10, lines
    assert all(0 <= x < 15 for stream in streams for x in stream), lines
    return streams


def check_squares(lines):
    assert lines[0] == f"  the first ten: {[x * x for x in range(10)]}", lines
    assert lines[1] == "  the sum: 333328333350000", lines
    for backend, line in zip(BACKENDS, lines[3:7], strict=True):
        first, following = re.fullmatch(
            rf"    {backend} +([\d.]+) +([\d.]+)", line).groups()
        assert float(first) > 0 and float(following) > 0, lines


def check_graphs(shared, isolated):
    tables = {who: ast.literal_eval(table)
              for who, table in words(shared).items()}
    assert tables == {"before": BEFORE, "threads": AFTER, "processes": AFTER,
                      "workers": AFTER}, shared
    tables = {who: ast.literal_eval(table)
              for who, table in words(isolated[::2]).items()}
    assert tables == {"processes": BEFORE, "workers": BEFORE}, isolated
    assert [line.strip() for line in isolated[1::2]] == [
        "5's neighbours in the workers: [1], [2], [3]"] * 2, isolated


def check(output):
    found = rows(output)
    assert list(found) == [f"N{i}" for i in range(1, 11)], output
    assert words(found["N1"]) == dict.fromkeys(BACKENDS[1:], LOOP), output
    assert words(found["N2"]) == {"sequential": LOOP}, output
    check_engine(found["N3"])
    check_trap(found["N4"])
    streams = check_cure(found["N5"])
    assert list(words(found["N6"][:5])) == ["backend", *BACKENDS], output
    check_squares(found["N7"])
    assert "\n".join(found["N8"]) == TABLE, output
    check_graphs(found["N9"], found["N10"])
    return streams


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "notebook")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    streams = []
    for _ in range(10):  # the schedule differs
        streams.append(check(subprocess.run(
            [binary], check=True, text=True, timeout=60,
            stdout=subprocess.PIPE).stdout))
    assert all(numbers == streams[0] for numbers in streams), streams
    return 0


sys.exit(main())
