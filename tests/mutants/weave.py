"""Weaves the mutants of table.py into a copy of the library's sources.

    weave.py PROJECT OUTPUT

Each original text must be there exactly once, or the build fails with a sentence
that says which is not: a mutant that nobody makes any more is no evidence.  All
are woven into one copy; `telar_mutant`, a variable, says which one it is.
"""
import re
import shutil
import sys
from pathlib import Path

from table import MUTANTS

DECLARATION = 'extern "C" int telar_mutant;  // woven in\n'


def pattern_of(text):
    """The text, however it is broken into lines."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return re.compile(r"\b" * tokens[0][0].isalpha() +
                      r"\s*".join(re.escape(token) for token in tokens))


def is_statement(text):
    return text.rstrip().endswith((";", "}"))


def choice(original, mutations):
    """C++ that is one of the mutations, or the original."""
    if is_statement(original):
        branches = "".join(
            f"if (telar_mutant == {number}) {{ {mutated} }} else "
            for number, mutated in mutations)
        return f"{branches}{{ {original} }}"
    branches = "".join(f"telar_mutant == {number} ? ({mutated}) : "
                       for number, mutated in mutations)
    return f"({branches}({original}))"


def edits_by_file():
    """{file: {original: [(number, mutated)]}}"""
    files = {}
    for number, mutant in enumerate(MUTANTS, start=1):
        for file, original, mutated in mutant.edits:
            texts = files.setdefault(file, {})
            key = " ".join(re.findall(r"\w+|[^\w\s]", original))
            texts.setdefault(key, []).append((number, mutated))
    return files


def weave(text, file, originals):
    places = []
    for original, mutations in originals.items():
        found = list(pattern_of(original).finditer(text))
        if len(found) != 1:
            names = ", ".join(MUTANTS[n - 1].name for n, _ in mutations)
            sys.exit(f"tests/mutants/table.py: {file} has {len(found)} times, "
                     f"not once, what is mutated by \"{names}\":\n{original}")
        match = found[0]
        places.append((match.start(), match.end(),
                       choice(match.group(), mutations)))
    places.sort()
    for before, after in zip(places, places[1:]):
        if after[0] < before[1]:
            sys.exit(f"tests/mutants/table.py: two originals overlap in {file}:"
                     f"\n{text[after[0]:before[1]]}")
    for begin, end, made in reversed(places):
        text = text[:begin] + made + text[end:]
    return DECLARATION + text


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(path, text):
    """Leaves a file alone that is the same: it is not compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def table():
    rows = "".join(
        f"    {{{literal(m.name)}, {literal(m.finder)}, "
        f"{literal(m.survives)}}},\n" for m in MUTANTS)
    return ("// Written by tests/mutants/weave.py.\n"
            '#include "mutants/mutant.hpp"\n\n'
            "namespace telar::test {\n"
            f"const std::vector<mutant> mutants{{\n{rows}}};\n"
            "}  // namespace telar::test\n")


def main():
    project, output = Path(sys.argv[1]), Path(sys.argv[2])
    files = edits_by_file()
    for folder in ("src", "include"):
        for path in sorted((project / folder).rglob("*.[ch]pp")):
            name = str(path.relative_to(project))
            text = path.read_text()
            if name in files:
                text = weave(text, name, files.pop(name))
            write(output / name, text)
    if files:
        sys.exit(f"tests/mutants/table.py: there is no {', '.join(files)}.")
    write(output / "table.cpp", table())


if __name__ == "__main__":
    main()
