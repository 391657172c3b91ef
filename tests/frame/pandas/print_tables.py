"""print_tables.py FOLDER: compares texts of tables with those of pandas.

FOLDER holds, for each N from 0: N.csv, a table; N.json, the types of its
columns and how it was printed (rows and width); N.txt, its text.  Exits with 1
at the first that pandas prints otherwise, with 77 without pandas.
"""
import json
import os
import sys

try:
    import pandas
    from pandas.io.formats.format import DataFrameFormatter
except ImportError:
    sys.exit(77)

TYPES = {"i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64",
         "u8": "uint8", "u16": "uint16", "u32": "uint32", "u64": "uint64",
         "f32": "float32", "f64": "float64", "bool": "bool", "string": "str"}


LABELS = DataFrameFormatter._get_formatted_column_labels


def labels(self, shown):
    """Mends a mistake of pandas 1.5: where columns are left out, the types of
    the first ones decide on the room for a sign beside the names of others."""
    whole, self.frame = self.frame, shown
    try:
        return LABELS(self, shown)
    finally:
        self.frame = whole


DataFrameFormatter._get_formatted_column_labels = labels


def printed(path, how):
    """The text that pandas gives a table."""
    reals = [name for name, kind in how["types"].items() if kind[0] == "f"]
    table = pandas.read_csv(
        path, dtype={name: TYPES[kind] for name, kind in how["types"].items()},
        keep_default_na=False, na_values={name: [""] for name in reals},
        float_precision="round_trip", lineterminator="\n")
    os.environ["COLUMNS"] = str(how["width"])
    with pandas.option_context("display.max_rows", how["most"]):
        return repr(table)


def main(folder):
    number = 0
    while os.path.exists(f"{folder}/{number}.csv"):
        with open(f"{folder}/{number}.json", encoding="utf-8") as file:
            how = json.load(file)
        with open(f"{folder}/{number}.txt", encoding="utf-8",
                  newline="") as file:
            ours = file.read()
        theirs = printed(f"{folder}/{number}.csv", how)
        if ours != theirs:
            print(f"table {number}, {how}\nours:\n{ours}\npandas:\n{theirs}")
            return 1
        number += 1
    print(f"{number} tables are printed as pandas prints them")
    return 0


sys.exit(main(sys.argv[1]))
