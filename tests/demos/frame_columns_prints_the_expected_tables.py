"""Runs frame_columns of $TELAR_BIN and checks its tables."""
import os
import subprocess
import sys

SKIPPED = 77

EXPECTED = """\
before
   col1  col2
0     1     6
1     2     7
2     3     8
3     4     9
4     5    10
three processes add 5 to col1; then col2 = 10 where col1 >= 8
   col1  col2
0     6     6
1     7     7
2     8    10
3     9    10
4    10    10
"""


def main():
    binary = os.path.join(os.environ["TELAR_BIN"], "frame_columns")
    if not os.path.exists(binary):
        print("skipped: the demos are not built")
        return SKIPPED
    for _ in range(10):
        output = subprocess.run([binary], check=True, text=True, timeout=30,
                                stdout=subprocess.PIPE).stdout
        assert output == EXPECTED, output
    return 0


sys.exit(main())
