import NodeAgent
import Testing

/// What nodetool and sstableloader of Cassandra 1.2.0 print, as seen on a running node.
struct OldVersionOutputTests {
    private func reply(
        _ exit: Int32, _ output: String, _ error: String = "", command: String = "snapshot"
    ) -> NodetoolReply {
        NodetoolReply(
            command: command, output: ToolOutput(exit: exit, output: output, error: error))
    }

    @Test func `a snapshot counts when its directory is named`() throws {
        try reply(0, "Requested snapshot for: app \nSnapshot directory: snap1\n")
            .snapshotTaken(tag: "snap1")
    }

    @Test func `an exit status of 0 alone is no snapshot`() {
        let error = #expect(throws: NodetoolError.self) {
            try reply(0, "Requested snapshot for: app \n").snapshotTaken(tag: "snap1")
        }
        #expect(error?.code == .unconfirmed)
    }

    @Test func `another snapshot's directory is no snapshot`() {
        let error = #expect(throws: NodetoolError.self) {
            try reply(0, "Snapshot directory: snap10\n").snapshotTaken(tag: "snap1")
        }
        #expect(error?.code == .unconfirmed)
    }

    static let failures: [(String, NodetoolError.Code, String)] = [
        (
            "Exception in thread \"main\" java.io.IOException: Snapshot snap1 already exists.\n",
            .snapshotExists, "Snapshot snap1 already exists."
        ),
        (
            "Exception in thread \"main\" java.io.IOException: Table app does not exist\n",
            .unknownKeyspace, "Table app does not exist"
        ),
        (
            "Exception in thread \"main\" java.io.IOException: Failed taking snapshot. "
                + "Column family nosuch does not exist.\n",
            .unknownTable, "Failed taking snapshot. Column family nosuch does not exist."
        ),
        (
            "Exception in thread \"main\" java.lang.IllegalArgumentException: "
                + "Unknown table/cf pair (app.nosuch)\n",
            .unknownTable, "Unknown table/cf pair (app.nosuch)"
        ),
        (
            "Keyspace [nosuch] does not exist.\n", .unknownKeyspace,
            "Keyspace [nosuch] does not exist."
        ),
        (
            "Failed to connect to '127.0.0.1:7991': Connection refused\n", .nodeDown,
            "Failed to connect to '127.0.0.1:7991': Connection refused"
        ),
        (
            "Exception in thread \"main\" java.lang.NullPointerException\n", .failed,
            "java.lang.NullPointerException"
        ),
        (
            "Unrecognized command: describecluster\n", .unsupported,
            "Unrecognized command: describecluster"
        ),
    ]

    @Test(arguments: failures.indices)
    func `the sentence is found above the stack trace`(index: Int) {
        let (text, code, sentence) = Self.failures[index]
        let trace = "\tat org.apache.cassandra.service.StorageService.x(StorageService.java:1)\n"
        let error = #expect(throws: NodetoolError.self) {
            try reply(1, "Requested snapshot for: app \n", text + trace).snapshotTaken(tag: "s")
        }
        #expect(error?.code == code)
        #expect(error?.sentence == sentence)
    }

    @Test func `info with the tokens first or last`() throws {
        let info = try reply(
            0,
            """
            Token            : (invoke with -T/--tokens to see all 8 tokens)
            ID               : 46b5b892-3a99-460e-ba16-c3ed8218f4fc
            Gossip active    : true
            Thrift active    : true
            Load             : 6.36 KB
            Uptime (seconds) : 421
            Data Center      : datacenter1
            Rack             : rack1
            """, command: "info"
        ).info()
        #expect(info.hostID == "46b5b892-3a99-460e-ba16-c3ed8218f4fc")
        #expect(info.tokens.isEmpty && info.servesClients && info.uptimeSeconds == 421)
        let tokens = try reply(
            0,
            "ID : 46b5b892-3a99-460e-ba16-c3ed8218f4fc\nData Center : d\nRack : r\n"
                + "Token            : -6247680114678151300\nToken            : 200500460790288574\n",
            command: "info"
        ).info().tokens
        #expect(tokens == ["-6247680114678151300", "200500460790288574"])
    }

    @Test func `status, ring and gossip without versions`() throws {
        let status = try reply(
            0,
            """
            Datacenter: datacenter1
            =======================
            Status=Up/Down
            |/ State=Normal/Leaving/Joining/Moving
            --  Address           Load       Tokens  Owns   Host ID                               Rack
            UN  127.0.9.1         6.36 KB    8       100.0%  46b5b892-3a99-460e-ba16-c3ed8218f4fc  rack1
            """, command: "status"
        ).status()
        #expect(status.map(\.address) == ["127.0.9.1"] && status.allSatisfy(\.isUp))
        let ring = try reply(
            0,
            """
            Note: Ownership information does not include topology; for complete information, specify a keyspace

            Datacenter: datacenter1
            ==========
            Address         Rack        Status State   Load            Owns                Token

            127.0.9.1       rack1       Up     Normal  6.36 KB         100.00%             -6247680114678151300
            127.0.9.1       rack1       Up     Normal  6.36 KB         100.00%             200500460790288574
            """, command: "ring"
        ).ring()
        #expect(ring.map(\.token) == ["-6247680114678151300", "200500460790288574"])
        let gossip = try reply(
            0,
            "/127.0.9.1\n  RACK:rack1\n  NET_VERSION:6\n  RELEASE_VERSION:1.2.0\n"
                + "  SCHEMA:59adb24e-f3cd-3e02-97f0-5b395827453f\n  STATUS:NORMAL,-3157\n"
                + "  HOST_ID:46b5b892-3a99-460e-ba16-c3ed8218f4fc\n  DC:datacenter1\n\n",
            command: "gossipinfo"
        ).gossip()
        #expect(gossip.count == 1 && gossip[0].isMember)
        #expect(gossip[0].schemaVersion == "59adb24e-f3cd-3e02-97f0-5b395827453f")
        #expect(gossip[0].releaseVersion == "1.2.0" && gossip[0].address == "127.0.9.1")
    }

    static let loads: [(Int32, String, String, LoaderError.Code?)] = [
        (
            0,
            "Streaming revelant part of st/app/users/app-users-ia-1-Data.db to [/127.0.9.1]\n\n"
                + "\rprogress: [/127.0.9.1 0/1 (0)] [total: 0 - 0MB/s (avg: 0MB/s)]"
                + "\rprogress: [/127.0.9.1 1/1 (100)] [total: 100 - 0MB/s (avg: 0MB/s)]",
            "", nil
        ),
        (
            0,
            "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.1, /127.0.9.2]\n\n"
                + "\rprogress: [/127.0.9.1 1/1 (100)] [/127.0.9.2 0/1 (40)] "
                + "[total: 70 - 0MB/s (avg: 0MB/s)]",
            "", .incomplete
        ),
        (
            0,
            "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.1, /127.0.9.2]\n\n"
                + "\rprogress: [/127.0.9.1 1/1 (100)] [total: 100 - 0MB/s (avg: 0MB/s)]",
            "", .incomplete
        ),
        (
            0,
            "Skipping file app-todrop-ia-1-Data.db: column family app.todrop doesn't exist\n"
                + "No sstables to stream\n\n\rprogress: [total: 100 - 0MB/s (avg: 0MB/s)]",
            "", .unknownTable
        ),
        (
            0, "No sstables to stream\n\n\rprogress: [total: 100 - 0MB/s (avg: 0MB/s)]", "",
            .nothingLoaded
        ),
        (1, "", "Could not retrieve endpoint ranges: \n", .nodeDown),
        (1, "usage: sstableloader\n", "Unknown directory: st/app/nodir\n", .unknownDirectory),
        (
            1, "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.1]\n",
            "Streaming to the following hosts failed:\n[/127.0.9.1]\n", .incomplete
        ),
        (0, "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.1]\n", "", .unconfirmed),
    ]

    @Test(arguments: loads.indices)
    func `a load is judged by the files that each node took`(index: Int) {
        let (exit, output, error, code) = Self.loads[index]
        let report = LoaderReport(ToolOutput(exit: exit, output: output, error: error))
        do {
            try report.check(exit: .exited(exit), directory: "st/app/users")
            #expect(code == nil)
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func `fewer SSTables than there are is no load`() {
        let report = LoaderReport(
            ToolOutput(exit: 0, output: Self.loads[0].1, error: ""))
        let error = #expect(throws: LoaderError.self) {
            try report.check(exit: .exited(0), directory: "d", expected: 2)
        }
        #expect(error?.code == .incomplete)
    }

    @Test func `a node that the tool leaves out need not take anything, the others must`() throws {
        let report = LoaderReport(ToolOutput(exit: 0, output: Self.loads[2].1, error: ""))
        try report.check(exit: .exited(0), directory: "d", ignoring: ["127.0.9.2"], expected: 1)
        let error = #expect(throws: LoaderError.self) {
            try report.check(exit: .exited(0), directory: "d", ignoring: ["127.0.9.20"])
        }
        #expect(error?.sentence.contains("127.0.9.2 took anything") == true)
    }

    @Test(arguments: [
        "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.2]\n"
            + "\n\rprogress: [total: 100 - 0MB/s (avg: 0MB/s)]",
        "Streaming relevant part of /s/k/t/nb-1-big-Data.db to []\n\nTotal files transferred : 0",
    ])
    func `rows of nodes alone that are left out go nowhere, which is no failure`(
        output: String
    ) throws {
        let report = LoaderReport(ToolOutput(exit: 0, output: output, error: ""))
        try report.check(exit: .exited(0), directory: "d", ignoring: ["127.0.9.2"], expected: 1)
        #expect(throws: LoaderError.self) { try report.check(exit: .exited(0), directory: "d") }
    }

    @Test func `a node that owns no row of the files is no failure where others took them all`()
        throws
    {
        func report(_ taken: String) -> LoaderReport {
            LoaderReport(
                ToolOutput(
                    exit: 0,
                    output: "Streaming revelant part of a-b-ia-1-Data.db a-b-ia-2-Data.db "
                        + "to [/127.0.9.1, /127.0.9.2]\n"
                        + "\rprogress: [/127.0.9.1 \(taken)] [/127.0.9.2 0/0 (100)] "
                        + "[total: 100 - 0MB/s (avg: 0MB/s)]",
                    error: ""))
        }
        try report("2/2 (100)").check(exit: .exited(0), directory: "d", expected: 2)
        for taken in ["1/1 (100)", "0/0 (100)"] {
            let error = #expect(throws: LoaderError.self) {
                try report(taken).check(exit: .exited(0), directory: "d", expected: 2)
            }
            #expect(error?.code == .incomplete)
        }
        // Rows of a node that is left out go nowhere.
        try report("1/1 (100)").check(
            exit: .exited(0), directory: "d", ignoring: ["127.0.9.3"], expected: 2)
    }

    @Test func `the throttle is given in megabits`() {
        #expect(
            SSTableLoader.arguments(
                directory: "/s/ks/t", hosts: ["10.0.0.1", "10.0.0.2"], ignoring: ["10.0.0.3"],
                throttle: 12.5)
                == [
                    "-d", "10.0.0.1,10.0.0.2", "-i", "10.0.0.3", "--throttle", "100", "/s/ks/t",
                ])
        #expect(
            SSTableLoader.arguments(directory: "d", hosts: ["h"], ignoring: [], throttle: nil)
                == ["-d", "h", "d"])
    }
}
