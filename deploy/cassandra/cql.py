"""Runs one CQL statement and prints its rows as JSON lines.

    cql.py HOST[,HOST…] STATEMENT

At consistency ALL where Cassandra allows it (reads, writes, counters), so that the answer is what
every replica holds; HELENUS_CQL_CONSISTENCY names another level. Blobs come as 0x…, times as
epoch milliseconds, sets sorted.
"""

import datetime
import decimal
import json
import os
import sys
import uuid

from cassandra import ConsistencyLevel
from cassandra.util import SortedSet

from cassandra_session import connect


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if isinstance(value, datetime.datetime):
        epoch = datetime.datetime(1970, 1, 1)
        return (value - epoch) // datetime.timedelta(milliseconds=1)
    if isinstance(value, (uuid.UUID, decimal.Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset, SortedSet)):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "items"):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    return value


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    level = os.environ.get("HELENUS_CQL_CONSISTENCY", "ALL")
    try:
        cluster, session = connect(
            sys.argv[1].split(","), consistency=ConsistencyLevel.name_to_value[level])
        for row in session.execute(sys.argv[2]):
            print(json.dumps({key: plain(value) for key, value in row.items()}, sort_keys=True))
    except Exception as error:
        print(f"cql: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    sys.stdout.flush()
    cluster.shutdown()
    return 0


sys.exit(main())
