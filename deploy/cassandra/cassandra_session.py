"""A connection to a Cassandra 1.2 node, which speaks version 1 of the native protocol only."""

import logging

from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster, EXEC_PROFILE_DEFAULT, ExecutionProfile
from cassandra.policies import RetryPolicy, WhiteListRoundRobinPolicy
from cassandra.query import dict_factory

logging.getLogger("cassandra").setLevel(logging.CRITICAL)


def connect(hosts, port=9042, consistency=ConsistencyLevel.ONE, schema=False, auth=None,
            agreement=60):
    """A (cluster, session) pair that talks to these hosts alone. Only with `schema` does it read
    the schema, which takes most of the time of a start. A statement that changes the schema waits
    for `agreement` seconds at most until one node has heard by gossip that the others have it."""
    profile = ExecutionProfile(
        load_balancing_policy=WhiteListRoundRobinPolicy(hosts),
        consistency_level=consistency,
        row_factory=dict_factory,
        request_timeout=90,
        retry_policy=RetryPolicy(),
    )
    cluster = Cluster(
        hosts,
        port=port,
        protocol_version=1,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        schema_metadata_enabled=schema,
        token_metadata_enabled=False,
        connect_timeout=10,
        idle_heartbeat_interval=0,
        schema_event_refresh_window=-1,
        status_event_refresh_window=-1,
        topology_event_refresh_window=-1,
        max_schema_agreement_wait=agreement,
        auth_provider=auth,
    )
    return cluster, cluster.connect()


def statements(text):
    """The `;`-separated statements of a text, comments removed; quoted strings stay whole."""
    found, statement, position = [], "", 0
    while position < len(text):
        character = text[position]
        if character in "'\"":
            end = position + 1
            while end < len(text):
                if text[end] == character:
                    if text[end + 1 : end + 2] != character:
                        break
                    end += 1
                end += 1
            statement += text[position : end + 1]
            position = end + 1
        elif text[position : position + 2] in ("--", "//"):
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif text[position : position + 2] == "/*":
            end = text.find("*/", position + 2)
            position = len(text) if end < 0 else end + 2
        elif character == ";":
            found.append(statement.strip())
            statement = ""
            position += 1
        else:
            statement += character
            position += 1
    found.append(statement.strip())
    return [one for one in found if one]
