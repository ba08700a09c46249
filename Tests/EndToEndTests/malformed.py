"""Requests that are wrong in every way that came to mind: SCGI, JSON bodies, query values. All of
them come from a `random.Random`, so that a seed names them."""

import json

import scgi

# Harmless should a change leave them whole: there is no such cluster.
METHOD, URI = "POST", "/no-such-cluster/backups/run"


# ── SCGI ────────────────────────────────────────────────────────────────────────────────────────

def scgi_request(random):
    """A name for what is wrong, and the bytes."""
    maker = random.choice(SCGI_MAKERS)
    return maker.__name__, maker(random)


def noise(random):
    return random.randbytes(random.choice([1, 7, 100, 5000, 100_000]))


def text_instead(random):
    return random.choice([
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n\r\n", b":",
        b",", b"0:,", b"-1:,", b"1:", b"1:\0,", b"+5:hello,", b"5 :hello,", b" 5:hello,",
        b"0x10:", b"05:hello,", b"5:hello;", "٥:hello,".encode()])


def length_that_is_wrong(random):
    block = scgi.header_block(scgi.headers(METHOD, URI))
    wrong = random.choice([
        len(block) - random.randint(1, 40), len(block) + random.randint(1, 40), 0, 10**6, 2**31,
        2**32 + len(block), 2**63, 2**64 + len(block), 10**40])
    return b"%d:%s," % (wrong, block)


def content_length_that_is_wrong(random):
    value = random.choice([
        b"", b"-1", b"+0", b"00", b"0x0", b" 0", b"0 ", b"1e3", b"1.0", b"abc", b"\xff", b"1048577",
        b"4294967296", b"18446744073709551616", b"9" * 40])
    fields = [(b"CONTENT_LENGTH", value), *scgi.headers(METHOD, URI)[1:]]
    return scgi.netstring(scgi.header_block(fields))


def header_that_is_missing(random):
    fields = scgi.headers(METHOD, URI)
    del fields[random.choice([0, 1, 2, 3])]
    return scgi.netstring(scgi.header_block(fields))


def headers_in_disorder(random):
    fields = scgi.headers(METHOD, URI)
    first = random.randrange(1, len(fields))
    return scgi.netstring(scgi.header_block([fields[first], *fields[:first], *fields[first + 1:]]))


def header_that_stands_twice(random):
    fields = scgi.headers(METHOD, URI)
    return scgi.netstring(scgi.header_block([*fields, random.choice(fields)]))


def block_that_is_cut_up(random):
    block = bytearray(scgi.header_block(scgi.headers(METHOD, URI)))
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(block))
        if random.random() < 0.5:
            block.insert(place, 0)
        else:
            del block[place]
    return scgi.netstring(bytes(block))


def too_many_headers(random):
    count = random.choice([130, 1000, 5000])
    more = [(b"HTTP_X_%d" % index, b"") for index in range(count)]
    return scgi.netstring(scgi.header_block([*scgi.headers(METHOD, URI), *more]))


def headers_that_are_too_large(random):
    long = [(b"HTTP_COOKIE", b"x" * random.choice([65_000, 66_000, 1_000_000]))]
    return scgi.netstring(scgi.header_block([*scgi.headers(METHOD, URI), *long]))


def method_that_is_none(random):
    fields = scgi.headers(METHOD, URI)
    fields[2] = (b"REQUEST_METHOD", random.choice([
        b"", b"GE T", b"G\xffT", b"x" * 33, b"GET\r\n", b"BREW", b"get", b"(", b"PATCH"]))
    return scgi.netstring(scgi.header_block(fields))


def path_that_is_none(random):
    fields = scgi.headers(METHOD, URI)
    fields[3] = (b"REQUEST_URI", random.choice([
        b"", b"x", b"http://x/", b"/%", b"/%4", b"/%zz", b"/%ff/nodes", b"/%c0%80/nodes",
        b"/%00/nodes", b"/\xff\xfe/nodes", b"/" * 30_000, b"/x/../../etc/passwd",
        b"/x/nodes?%", b"/x/nodes?a=%zz", b"/x/nodes?a=%ff", b"/x/nodes?" + b"a&" * 10_000]))
    return scgi.netstring(scgi.header_block(fields))


def cut_off(random):
    whole = scgi.request(METHOD, URI, b'{"keyspaces": ["x"]}')
    return whole[:random.randrange(1, len(whole))]


def body_that_is_short(random):
    body = b"x" * random.randint(0, 100)
    fields = scgi.headers(METHOD, URI)
    fields[0] = (b"CONTENT_LENGTH", b"%d" % random.choice([len(body) + 1, 1_000_000]))
    return scgi.netstring(scgi.header_block(fields)) + body


def byte_that_is_flipped(random):
    whole = bytearray(scgi.request(METHOD, URI, b'{"keyspaces": ["x"]}'))
    for _ in range(random.randint(1, 3)):
        whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    return bytes(whole)


SCGI_MAKERS = [
    noise, text_instead, length_that_is_wrong, content_length_that_is_wrong, header_that_is_missing,
    headers_in_disorder, header_that_stands_twice, block_that_is_cut_up, too_many_headers,
    headers_that_are_too_large, method_that_is_none, path_that_is_none, cut_off,
    body_that_is_short, byte_that_is_flipped]


# ── JSON bodies ─────────────────────────────────────────────────────────────────────────────────

def no_json(random):
    """Bytes that are no JSON object."""
    return random.choice([
        b"{", b"}", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1}}', b'{"a":1} x', b"{'a':1}", b"{a:1}",
        b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":NaN}', b'{"a":-}',
        b'{"a":1,}', b'{,}', b'{"a" 1}', b'{"a":"\n"}', b'{"a":"\\x"}', b'{"a":"\\u12"}',
        b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'{"\xff":1}', b"\xfe\xff",
        b"\0", b'{"a":1}\0', b"null", b"true", b"5", b'"text"', b"[", b"]", b"\xef\xbb\xbf[",
        b'{"keyspaces":1e999,"tag":1e999,"cassandra":1e999}', b'{"a":"' + b"x" * 500_000,
        *(opening * depth + inner + closing * depth
          for opening, inner, closing in [
              (b"[", b"", b"]"), (b'{"a":', b"1", b"}"), (b"[", b"", b""), (b'{"a":', b"", b"")]
          for depth in (600, 5_000, 100_000)),
        random.randbytes(random.randint(20, 300)),
    ])


class Wrong:
    """Values that a member of some kind must not have."""

    no_text = [[], {}, True, ["x"], {"x": "y"}, "\0", "a\0b"]
    any_text = [*no_text, "x\ud800", "x" * 500_000]
    text = [*any_text, "", "no such thing", "../../etc", "é\u0301\u202e", -1, 1e308]
    texts = [5, "x", {}, {"x": []}, [1], [None], [["x"]], [{}], ["\0"], ["a", 5], ["../x"], [""],
             ["x" * 300], ["no_such_keyspace"], ["a/b"], ["x\ud800"], [[[[[[]]]]]], True]
    flag = ["perhaps", 2, -1, 0.5, [], {}, "\0", 1e308]
    number = ["x", "nan", "inf", -1, "-1", [], {}, True, 1e308, 10**30, "\0", "1e400"]
    objects = [5, "x", [], [{}], True, {"x": 5}, {"x": []}, {"x": "y"}, {"\0": {}}, {"": {}},
               {"no-such-one": {}}, {"x" * 300: {}}, {"x": {"throttle": "y"}},
               {"x": {"throttle": -1}}, {"x": {"compressed": []}}, {"é": {}, "e\u0301": {}}]


def bodies(tag):
    """For each call that may have a body: method, path, the members that it reads with wrong values
    for them, and members that must be there for these to be looked at."""
    restore = {
        # An empty one would be the nodes themselves.
        "destination": [value for value in Wrong.text if value != ""], "truncate": Wrong.flag, "throttle": Wrong.number,
        "restart_pause": Wrong.number, "force": Wrong.flag, "force_schema": Wrong.flag,
        "excluded-nodes": Wrong.texts[:10], "dry_run": [*Wrong.flag, True],
        "use_sstableloader": [*Wrong.flag, False]}
    destination = {
        "provider": Wrong.text, "path": Wrong.any_text, "id": Wrong.any_text,
        "delete_this": Wrong.flag}
    return [
        ("POST", "/cluster-configs", {"cassandra": Wrong.objects, "name": Wrong.any_text}, {}),
        ("PUT", "/cluster-configs/no-such-cluster", {"cassandra": Wrong.objects}, {}),
        ("PUT", "/cluster-configs/no-such-cluster/partial", {"cassandra": Wrong.objects}, {}),
        ("DELETE", "/cluster-configs/no-such-cluster", {"x": Wrong.text}, {}),
        ("POST", "/{cluster}/request/00000000-0000-0000-0000-000000000000/cancel",
         {"x": Wrong.text}, {}),
        ("POST", "/{cluster}/agents",
         {"host_id": Wrong.text, "address": Wrong.text, "agent_url": Wrong.text}, {}),
        ("PUT", "/{cluster}/agents/{host}", {"address": Wrong.text, "tokens": Wrong.texts}, {}),
        ("POST", "/{cluster}/agents/{host}/certificate", {"certificate_request": Wrong.text}, {}),
        ("POST", "/{cluster}/backups/destinations", destination, {"provider": "local"}),
        ("POST", "/{cluster}/backups/destinations",
         {"access_secret": Wrong.any_text, "path_style": Wrong.flag, "path": Wrong.no_text,
          "throttle_bytes_per_second": Wrong.number}, {"provider": "s3"}),
        ("POST", "/{cluster}/backups/destinations",
         {"storage_key": Wrong.any_text, "container_name": Wrong.any_text,
          "throttle_bytes_per_second": Wrong.number}, {"provider": "azure"}),
        ("DELETE", "/{cluster}/backups/destinations/no-such-one", {"x": Wrong.text}, {}),
        ("POST", "/{cluster}/backups/run",
         {"keyspaces": Wrong.texts, "tables": Wrong.objects[:3], "destinations": Wrong.objects},
         {"destinations": {"no-such-one": {}}}),
        ("POST", "/{cluster}/backups/sync",
         {"tag": Wrong.text, "destinations": Wrong.objects},
         {"tag": tag, "destinations": {"no-such-one": {}}}),
        ("POST", "/{cluster}/backups/verify",
         {"tag": Wrong.text, "destination": Wrong.text, "mode": Wrong.text, "parts": Wrong.number},
         {"tag": "opscenter_adhoc_2001-01-01-00-00-00-UTC"}),
        ("DELETE", "/{cluster}/backups", {"tag": Wrong.text, "destination": Wrong.text},
         {"tag": "opscenter_adhoc_2001-01-01-00-00-00-UTC"}),
        ("POST", f"/{{cluster}}/backups/restore/{tag}",
         {**restore, "keyspaces": Wrong.objects}, {"destination": "no-such-one"}),
        ("POST", f"/{{cluster}}/backups/restore/{tag}/no_such_keyspace",
         {**restore, "column-families": Wrong.texts}, {}),
        ("POST", f"/{{cluster}}/backups/restore/{tag}/no_such_keyspace/no_such_table",
         restore, {}),
        ("POST", "/{cluster}/backups/restore/no-such-tag", restore, {}),
        ("POST", "/{cluster}/webhooks",
         {"url": Wrong.text, "events": Wrong.texts, "secret": Wrong.no_text,
          "late_grace_seconds": Wrong.number, "enabled": Wrong.flag}, {"url": "https://x"}),
        ("PUT", "/{cluster}/webhooks/00000000-0000-0000-0000-000000000000",
         {"url": Wrong.text, "events": Wrong.texts}, {}),
    ]


def reports(good):
    """An agent's report with one member that is missing or wrong."""
    texts = ["address", "agent_url", "datacenter", "rack", "partitioner", "schema_version",
             "cassandra_version", "agent_version", "node_state"]
    sizes = ["free_bytes", "total_bytes", "used_bytes", "staging_free_bytes"]
    wrong = {
        **dict.fromkeys(texts, [None, [], {}, True, "\0"]),
        **dict.fromkeys(sizes, [None, "x", -1, "-1", 0.5, 1e308, 10**30, [], {}, True]),
        "tokens": [None, 5, "x", {}, [5], ["\0"]],
        "data_directories": [None, 5, "x", {}],
        "keyspaces": [None, 5, "x", [], {"x": 5}, {"x": {"tables": 5}}, {"\0": {}}],
    }
    wrong["node_state"] = [*wrong["node_state"], "sideways"]
    for name, values in wrong.items():
        yield {key: value for key, value in good.items() if key != name}
        for value in values:
            yield {**good, name: value}


def body(random, members, needed):
    """A body for a call, with something wrong in it."""
    if random.random() < 0.3:
        return no_json(random)
    wrong = {
        name: random.choice(members[name])
        for name in random.sample(list(members), random.randint(1, min(2, len(members))))}
    value = {**needed, **wrong}
    if random.random() < 0.1:
        value["unknown"] = random.choice(Wrong.text)
    text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    return text.encode(errors="surrogatepass")


# ── Queries ─────────────────────────────────────────────────────────────────────────────────────

QUERIES = {
    "/{cluster}/backup-activity": [
        "count", "timestamp", "filter_type", "first_backup_id", "reverse=1&timestamp"],
    "/{cluster}/backup-activity/full_status": [
        "event_time=1&backup_id", "backup_id=x&event_time", "type", "destination"],
    "/{cluster}/backups": [
        "match", "last_seen", "amount", "destination", "keyspace", "list_all"],
    "/{cluster}/requests": ["count", "type", "state"],
}
VALUES = [
    "", "0", "-1", "1.5", "1e400", "nan", "x", "%00", "a%00b", "%ff", "%", "%c3%a9", "9" * 30,
    str(2**31), str(2**53 - 1), str(2**63), str(2**64), "'", "x" * 3000, "%F0%9F%92%A9"]


def query(random):
    """A path with a query that makes no sense; it may be answered with nothing."""
    path = random.choice(list(QUERIES))
    return f"{path}?{random.choice(QUERIES[path])}={random.choice(VALUES)}"
