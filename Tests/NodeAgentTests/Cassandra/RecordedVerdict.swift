import NodeAgent

/// What the agent has to make of a recording.
enum RecordedVerdict {
    /// A command of which only success or failure counts.
    case nodetool(NodetoolError.Code?)
    case snapshot(String, NodetoolError.Code?)
    case listing(NodetoolError.Code?, atLeast: Int)
    case info(tokens: Int, gossip: Bool)
    case infoFails(NodetoolError.Code)
    case status(nodes: Int, up: Int)
    case statusFails(NodetoolError.Code)
    case ring(nodes: Int, down: Int)
    case version(String)
    case versionFails(NodetoolError.Code)
    case cluster(agrees: Int, unreachable: Int)
    case gossip(nodes: Int, members: Int)
    case cql(CQLError.Code?)
    case loader(LoaderError.Code?)
    /// CQL text; kinds of its statements.
    case schema([CQLStatement.Kind])
    /// Paths or names of files among which there are so many SSTables; index folders not counted.
    case files(sstables: Int)
    case contents
    /// Not a command that the agent calls.
    case notOurs
}

extension RecordedVerdict {
    /// Recording by recording, for both versions where nothing else is said: `5.0/name` overrides.
    static let all: [String: RecordedVerdict] = snapshots.merging(clearing) { $1 }
        .merging(asking) { $1 }.merging(loading) { $1 }.merging(files) { $1 }
        .merging(ignored) { $1 }

    static func of(version: String, name: String) -> RecordedVerdict? {
        all["\(version)/\(name)"] ?? all[name]
    }

    private static let snapshots: [String: RecordedVerdict] = [
        "snapshot-2ks-cf": .snapshot("snapx", .badUsage),
        "snapshot-after-drain": .snapshot("afterdrain", nil),
        "snapshot-all": .snapshot("snapall", nil),
        "snapshot-auto-name": .nodetool(nil),
        "snapshot-badks": .snapshot("snapx", .unknownKeyspace),
        "snapshot-badopt": .snapshot("x", .unknownKeyspace),
        "snapshot-badtable": .snapshot("snapx", .unknownTable),
        "snapshot-bk2": .snapshot("bk2", nil),
        "snapshot-cf": .snapshot("snapcf", nil),
        "snapshot-cf-noks": .snapshot("snapx", .badUsage),
        "snapshot-dup": .snapshot("snap1", .snapshotExists),
        "snapshot-empty-ks": .snapshot("snapempty", nil),
        "snapshot-emptytag": .snapshot("app", .badUsage),
        "snapshot-index-cf": .snapshot("snapx", .badUsage),
        "snapshot-ks": .snapshot("snap1", nil),
        "snapshot-ks-2": .snapshot("bk1", nil),
        "snapshot-ktlist": .snapshot("snapkt", nil),
        "snapshot-ktlist-bad": .snapshot("snapx", .unknownTable),
        "snapshot-multi-ks": .snapshot("snapmk", nil),
        "snapshot-on-down-node": .snapshot("x", .nodeDown),
        "snapshot-skipflush": .snapshot("snapsf", nil),
        "snapshot-slash": .snapshot("a/b", .failed),
        "snapshot-space": .snapshot("my", .unknownKeyspace),
        "snapshot-table": .snapshot("snaptable", nil),
        "snapshot-ttl": .snapshot("snapttl", nil),
        "snapshot-ttl-bad": .snapshot("snapttl2", .badUsage),
    ]

    private static let clearing: [String: RecordedVerdict] = [
        "clearsnapshot-badks": .nodetool(nil),
        "clearsnapshot-ks-all": .nodetool(nil),
        "clearsnapshot-missing": .nodetool(nil),
        "clearsnapshot-noargs": .nodetool(.badUsage),
        "clearsnapshot-t": .nodetool(nil),
        "clearsnapshot-t-all": .nodetool(.badUsage),
        "clearsnapshot-t-ks": .nodetool(nil),
        "clearsnapshot-t-two": .nodetool(nil),
        "listsnapshots": .listing(nil, atLeast: 40),
        "listsnapshots-after-compact": .listing(nil, atLeast: 4),
        "listsnapshots-after-drain": .listing(nil, atLeast: 10),
        "listsnapshots-dropped": .listing(nil, atLeast: 10),
        "listsnapshots-e": .listing(.badUsage, atLeast: 0),
        "5.0/listsnapshots-e": .listing(nil, atLeast: 40),
        "listsnapshots-empty": .listing(nil, atLeast: 0),
        "listsnapshots-nt": .listing(nil, atLeast: 30),
        "listsnapshots-short": .listing(nil, atLeast: 4),
        "5.0-latest-bti/listsnapshots": .listing(nil, atLeast: 2),
    ]

    private static let asking: [String: RecordedVerdict] = [
        "describecluster": .cluster(agrees: 3, unreachable: 0),
        "describecluster-node-down": .cluster(agrees: 2, unreachable: 1),
        "describecluster-schema-drift": .cluster(agrees: 2, unreachable: 1),
        "gossipinfo": .gossip(nodes: 3, members: 3),
        "gossipinfo-node-down": .gossip(nodes: 3, members: 2),
        "info": .info(tokens: 0, gossip: true),
        "info-T": .info(tokens: 16, gossip: true),
        "info-after-drain": .info(tokens: 0, gossip: false),
        "info-on-down-node": .infoFails(.nodeDown),
        "5.0-latest-bti/info": .info(tokens: 0, gossip: true),
        "nodetool-jmx-refused": .statusFails(.nodeDown),
        "ring": .ring(nodes: 3, down: 0),
        "ring-ks": .ring(nodes: 3, down: 0),
        "ring-node-down": .ring(nodes: 3, down: 1),
        "status": .status(nodes: 3, up: 3),
        "status-after-drain": .status(nodes: 3, up: 2),
        "status-from1-node2-drained": .status(nodes: 3, up: 1),
        "status-ks": .status(nodes: 3, up: 3),
        "status-node-down": .status(nodes: 3, up: 2),
        "status-r": .status(nodes: 3, up: 3),
        "status-two-down": .status(nodes: 3, up: 1),
        "5.0-latest-bti/status": .status(nodes: 1, up: 1),
        "version": .version("4.1.6"),
        "5.0/version": .version("5.0.2"),
        "version-v": .versionFails(.badUsage),
        "5.0/version-v": .version("5.0.2"),
        "cql-all-node-down": .cql(.unavailable),
        "cql-error-nosuch": .cql(.unknownKeyspace),
        "count-after-import": .cql(nil),
        "count-after-loader": .cql(nil),
        "count-after-refresh": .cql(nil),
        "describe-schema-head": .cql(nil),
        "drop-table": .cql(nil),
        "system_local": .cql(nil),
        "system_peers": .cql(nil),
        "system_views_snapshots": .cql(.unknownTable),
        "5.0/system_views_snapshots": .cql(nil),
        "truncate": .cql(nil),
        "describe-keyspace": .schema([.keyspace, .type, .table, .table, .table, .table, .index]),
        "5.0/describe-keyspace": .schema([
            .keyspace, .type, .table, .table, .table, .table, .table, .index, .index,
        ]),
        "schema-cnt": .schema([.table]),
        "schema-events": .schema([.table]),
        "schema-users": .schema([.type, .table, .index]),
        "drain": .nodetool(nil),
        "drain-twice": .nodetool(nil),
        "flush": .nodetool(nil),
        "flush-after-drain": .nodetool(.drained),
        "flush-badks": .nodetool(.unknownKeyspace),
        "flush-badtable": .nodetool(.unknownTable),
        "flush-ks": .nodetool(nil),
        "flush-mc": .nodetool(nil),
        "flush-table": .nodetool(nil),
        "stopdaemon": .nodetool(nil),
    ]

    private static let loading: [String: RecordedVerdict] = [
        "import": .nodetool(nil),
        "import-badtable": .nodetool(.unknownTable),
        "import-copy": .nodetool(nil),
        "import-copy-data-long": .nodetool(nil),
        "import-corrupt": .nodetool(.importRefused),
        "import-corrupt-e": .nodetool(.importRefused),
        "import-emptydir": .nodetool(nil),
        "import-missing-component": .nodetool(.importRefused),
        "import-nodir": .nodetool(.failed),
        "import-snapdir-direct": .nodetool(.badUsage),
        "import-wrongtable": .nodetool(.importRefused),
        "refresh": .nodetool(nil),
        "refresh-badks": .nodetool(.unknownKeyspace),
        "refresh-badtable": .nodetool(.unknownTable),
        "refresh-empty": .nodetool(nil),
        "refresh-noargs": .nodetool(.badUsage),
        "sstableloader": .loader(nil),
        "sstableloader-badhost": .loader(.nodeDown),
        "sstableloader-badks": .loader(.unknownTable),
        "sstableloader-nodir": .loader(.unknownDirectory),
        "sstableloader-noprogress": .loader(.unconfirmed),
        "sstableloader-notable": .loader(.unknownTable),
        "5.0/sstableloader-notable": .loader(nil),
        "sstableloader-target-ks": .loader(nil),
    ]

    private static let files: [String: RecordedVerdict] = [
        "datadir-ls": .files(sstables: 4),
        "5.0/datadir-ls": .files(sstables: 5),
        "5.0-latest-bti/datadir": .files(sstables: 4),
        "sstableutil": .files(sstables: 1),
        "toc": .contents,
    ]

    /// Other tools, listings of folders that the agent reads by itself, and commands it never calls.
    private static let ignored: [String: RecordedVerdict] = Dictionary(
        uniqueKeysWithValues: [
            "backups-ls", "commitlog-after-drain", "commitlog-after-drain-stop",
            "commitlog-after-stopdaemon", "commitlog-archive-ls", "commitlog-ls",
            "commitlog-pitr-conf", "commitlog-pitr-log", "5.0-latest-bti/commitlog", "compact",
            "compactionstats", "datadir-ls-l", "datadir-top", "datapaths", "datapaths-app",
            "describering", "disablebackup", "drop-table-ls", "enablebackup",
            "getcompactionthroughput", "getendpoints", "getseeds", "getsnapshotthrottle",
            "getstreamthroughput", "help", "help-clearsnapshot", "help-drain", "help-import",
            "help-listsnapshots", "help-refresh", "help-snapshot", "import-copy-src-after",
            "import-src-after", "import-src-before", "log-import-errors", "manifest-ttl",
            "manifest-users", "netstats", "netstats-after-drain", "refresh-ls", "repair",
            "schema-mixed", "snapshots-after-truncate", "sstabledump", "sstablemetadata",
            "sstableverify", "statusbackup", "statusbackup-on", "statusbinary",
            "statusbinary-after-drain", "statusgossip", "tablestats-app", "tpstats",
        ].map { ($0, RecordedVerdict.notOurs) })
}
