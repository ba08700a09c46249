"""Generated data directories of a Cassandra node: SSTables with valid digests, and snapshots."""

import json
import pathlib
import random
import zlib
from dataclasses import dataclass

SEED = 20260101
FIRST_TAG = "opscenter_adhoc_2026-01-01-00-00-00-UTC"
SECOND_TAG = "opscenter_adhoc_2026-01-02-00-00-00-UTC"
KEYSPACE = "bench"
FILES_PER_SSTABLE = 8
MIB = 1 << 20

WORDS = (
    "cassandra keyspace table partition clustering snapshot memtable tombstone replica token "
    "compaction commitlog gossip hint repair quorum 2026-01-01T00:00:00Z 127.0.0.1 true false null"
).split()


@dataclass(frozen=True)
class Shape:
    """How much there is of what."""

    name: str
    tables: int
    sstables: int
    total_bytes: int


@dataclass(frozen=True)
class Dataset:
    """A data directory that was generated, with the same files as a plain tree beside it."""

    shape: Shape
    # As Cassandra has it: `data/<keyspace>/<table>-<id>/` and its `snapshots/<tag>/`.
    data: pathlib.Path
    # `view/<keyspace>/<table>-<id>/<file>`: hard links of the same files and nothing else, for
    # tools that know nothing of snapshots.
    view: pathlib.Path
    schema: pathlib.Path
    files: int
    bytes: int


def generate(shape, folder):
    """Makes the files; of the same shape they always have the same content."""
    source = random.Random(SEED + shape.sstables)
    text = "".join(f"{source.choice(WORDS)}:{source.randrange(10**9)}," for _ in range(60_000))
    data, view = folder / "data", folder / "view"
    sizes = _sizes(shape, source)
    files = total = 0
    for table in range(shape.tables):
        name = f"{KEYSPACE}/t{table:02}-{_table_id(source)}"
        live = data / name
        live.mkdir(parents=True)
        for generation, size in enumerate(sizes[table :: shape.tables], start=1):
            # Every other table is stored uncompressed: its Data.db would gain from compression.
            for file, content in _sstable(size, table % 2 == 0, text.encode(), source):
                (live / f"nb-{generation}-big-{file}").write_bytes(content)
                files += 1
                total += len(content)
        _link_all(live, view / name)
        for tag in (FIRST_TAG, SECOND_TAG):
            _take_snapshot(live, tag)
    schema = folder / "schema.cql"
    schema.write_text(_schema(shape.tables))
    return Dataset(shape, data, view, schema, files, total)


def _sizes(shape, source):
    """Bytes of each SSTable, in tiers as compaction leaves them: many small ones, few large."""
    weights = [
        source.choices([1, 4, 16], weights=[60, 30, 10])[0] * source.uniform(0.8, 1.25)
        for _ in range(shape.sstables)
    ]
    if shape.total_bytes // shape.sstables < MIB:
        weights = [source.uniform(0.8, 1.25) for _ in range(shape.sstables)]
    scale = shape.total_bytes / sum(weights)
    return [int(weight * scale) for weight in weights]


def _sstable(size, compressed, text, source):
    """The eight files of one SSTable of about `size` bytes, each with its content."""
    small = size < MIB
    index = source.randbytes(max(size // (5 if small else 50), 64))
    bloom = source.randbytes(max(size // (7 if small else 300), 64))
    summary = source.randbytes(max(size // (12 if small else 2_000), 64))
    statistics = source.randbytes(min(max(size // 8, 64), 10_000))
    data_size = size - len(index) - len(bloom) - len(summary) - len(statistics)
    if compressed:
        data = source.randbytes(data_size)
        # Its last eight bytes are the place of the last chunk.
        places = range(0, max(data_size - 4, 1), 16_384)
        last = b"".join(place.to_bytes(8, "big") for place in places)
        extra = ("CompressionInfo.db", b"\0\rLZ4Compressor" + bytes(16) + last)
    else:
        data = (source.randbytes(64) + text * (data_size // len(text) + 1))[:data_size]
        extra = ("CRC.db", source.randbytes(max(data_size // 16_384, 8)))
    components = {
        "Data.db": data,
        "Index.db": index,
        "Filter.db": bloom,
        "Summary.db": summary,
        "Statistics.db": statistics,
        "Digest.crc32": str(zlib.crc32(data)).encode(),
        extra[0]: extra[1],
    }
    names = [*components, "TOC.txt"]
    components["TOC.txt"] = "".join(f"{name}\n" for name in names).encode()
    assert len(components) == FILES_PER_SSTABLE
    return components.items()


def _take_snapshot(live, tag):
    """As `nodetool snapshot` does: hard links, and two files of the snapshot's own."""
    snapshot = live / "snapshots" / tag
    _link_all(live, snapshot)
    names = sorted(path.name for path in snapshot.glob("*-Data.db"))
    (snapshot / "manifest.json").write_text(json.dumps({"files": names}))
    (snapshot / "schema.cql").write_text("-- as Cassandra writes it\n")


def _link_all(source, target):
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file():
            (target / path.name).hardlink_to(path)


def _table_id(source):
    digits = f"{source.getrandbits(128):032x}"
    return digits[:12] + "1" + digits[13:]


def _schema(tables):
    statements = [
        f"CREATE KEYSPACE {KEYSPACE} WITH replication = "
        "{'class': 'SimpleStrategy', 'replication_factor': '1'} AND durable_writes = true;"
    ]
    statements += [
        f"CREATE TABLE {KEYSPACE}.t{table:02} (id uuid PRIMARY KEY, value text);"
        for table in range(tables)
    ]
    return "\n\n".join(statements) + "\n"
