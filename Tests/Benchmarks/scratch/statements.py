"""The named statements of sql/queries, as the programs run them."""

import pathlib

QUERIES = pathlib.Path(__file__).resolve().parents[3] / "sql" / "queries"


def statements(*files):
    """All statements of these files of the project by their names."""
    return {name: text for file in files
            for name, text in named_statements(QUERIES / f"{file}.sql").items()}


def named_statements(file):
    """The statements of a file by their names, with `$1`, `$2` … for their parameters."""
    found = {}
    for part in file.read_text().split("-- name: ")[1:]:
        name, text = part.split("\n", 1)
        lines = text.rstrip().split("\n")
        # Comments at the end belong to the next statement.
        while lines[-1].startswith("--") or not lines[-1].strip():
            lines.pop()
        found[name.strip()] = "\n".join(lines).strip()
    return found
