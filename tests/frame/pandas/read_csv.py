"""read_csv.py FOLDER: compares what was read from CSV files with pandas.

FOLDER holds, for each N from 0: N.csv, and N.json, what was read: a list of
columns, each [name, type, cells].  Cells are numbers, bools, the bits of a
double in hexadecimal, or the bytes of a string.  Exits with 1 at the first file
of which pandas reads something else, with 77 without pandas.
"""
import json
import os
import struct
import sys

try:
    import pandas
except ImportError:
    sys.exit(77)

TYPES = {"int64": "i64", "uint64": "u64", "float64": "f64", "bool": "bool",
         "object": "string"}


def same(kind, ours, theirs):
    if kind == "f64":
        real = struct.unpack("<d", struct.pack("<Q", int(ours, 16)))[0]
        return real == theirs or (real != real and theirs != theirs)
    if kind != "string":
        return ours == theirs
    text = bytes.fromhex(ours).decode()
    if isinstance(theirs, bool):  # one of several types, for pandas
        return text.lower() == str(theirs).lower()
    return text == ("" if theirs != theirs else theirs)


def difference(path, columns):
    """What pandas reads otherwise; None if nothing."""
    table = pandas.read_csv(path, float_precision="round_trip",
                            low_memory=False)
    names = [column[0] for column in columns]
    if names != list(table.columns):
        return f"names {names}, pandas {list(table.columns)}"
    for name, kind, cells in columns:
        theirs = table[name]
        if TYPES[str(theirs.dtype)] != kind:
            return f"{name}: type {kind}, pandas {theirs.dtype}"
        if len(cells) != len(theirs):
            return f"{len(cells)} rows, pandas {len(theirs)}"
        for row, (our, their) in enumerate(zip(cells, theirs.tolist())):
            if not same(kind, our, their):
                return f"{name}, row {row}: {our}, pandas {their!r}"
    return None


def main(folder):
    number = 0
    while os.path.exists(f"{folder}/{number}.csv"):
        with open(f"{folder}/{number}.json", encoding="utf-8") as file:
            columns = json.load(file)
        found = difference(f"{folder}/{number}.csv", columns)
        if found:
            with open(f"{folder}/{number}.csv", "rb") as file:
                print(f"file {number}: {found}\n{file.read()!r}")
            return 1
        number += 1
    print(f"{number} files are read as pandas reads them")
    return 0


sys.exit(main(sys.argv[1]))
