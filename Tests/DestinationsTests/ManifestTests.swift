import BackupModel
import Destinations
import Testing

@Suite struct ManifestTests {
    /// - Parameter count: of the entries that follow.
    private func header(_ count: Int) throws -> ManifestHeader {
        let host = try HostID("01234567-89ab-cdef-0123-456789abcdef")
        return ManifestHeader(
            tag: .adhoc(at: 1), scheduleID: nil, cluster: "c", clusterName: "Ä \"c\"",
            hostID: host, node: "127.0.0.1", datacenter: "d", rack: "r", tokens: ["1"],
            partitioner: "p", cassandraVersion: "4", schemaVersion: "s", snapshotTime: 1,
            writtenTime: 2, hosts: [],
            tables: [
                TableOutcome(
                    keyspace: "k", table: "t", tableID: nil, outcome: .success, files: count,
                    size: Int64(3 * count))
            ],
            schema: [KeyspaceSchema(keyspace: "k", statements: ["x ']}' \\ \"y\""])])
    }

    private func entry(_ number: Int) -> ManifestEntry {
        ManifestEntry(
            name: "\(number)-nb-1-big-Data.db", uniquifier: "\(number)", keyspace: "k",
            table: "t", version: "nb", file: "nb-1-big-Data.db", size: 3, sha256: "\(number)",
            tableID: nil, compression: nil)
    }

    private func read(
        _ text: [UInt8], pieces: Int
    ) async throws -> (ManifestReader.Header, [ManifestEntry]) {
        let feed = Feed(text, size: pieces)
        var entries: [ManifestEntry] = []
        let header = try await ManifestReader(ObjectBody { await feed.next() }).read {
            entries.append($0)
        }
        return (header, entries)
    }

    private actor Feed {
        private var rest: ArraySlice<UInt8>
        private let size: Int

        init(_ bytes: [UInt8], size: Int) { (rest, self.size) = (bytes[...], size) }

        func next() -> [UInt8]? {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    @Test(arguments: [1, 7, 100_000])
    func `what is written is read, in pieces of any size`(pieces: Int) async throws {
        for count in [0, 1, 40] {
            let found = try await read(text(count), pieces: pieces)
            #expect(try found.0 == .complete(header(count)))
            #expect(found.1 == (0..<count).map(entry))
        }
    }

    private func text(_ count: Int) throws -> [UInt8] {
        var text = try ManifestText.opening(header(count))
        for index in 0..<count {
            text += try ManifestText.entry(entry(index), isFirst: index == 0)
        }
        return text + ManifestText.closing
    }

    @Test(arguments: [1, 4, 32] as [UInt8])
    func `a wrong byte hides no file and names no other`(bit: UInt8) async throws {
        let whole = try text(2)
        for place in whole.indices {
            var text = whole
            text[place] ^= bit
            do {
                let found = try await read(text, pieces: 1_000).1
                for (found, entry) in zip(found, [entry(0), entry(1)]) {
                    #expect(found.name == entry.name && found.file == entry.file, "at \(place)")
                    #expect(found.keyspace == entry.keyspace, "at \(place)")
                    #expect(found.table == entry.table, "at \(place)")
                }
                #expect(found.count == 2, "at \(place)")
            } catch is ManifestError {
                // As good: it is refused.
            }
        }
    }

    @Test func `a manifest that lacks a file it counts is refused`() async throws {
        var text = try ManifestText.opening(header(2))
        text += try ManifestText.entry(entry(0), isFirst: true)
        let short = text + ManifestText.closing
        let error = await #expect(throws: ManifestError.self) {
            _ = try await read(short, pieces: 100)
        }
        #expect(error?.message.contains("1 files of k.t") == true)
    }

    @Test func `the original's file, with its members in any order, is read`() async throws {
        let text = """
            { "other" : [ 1, {"a":"]"} ] ,
              "sstables": [ {"version":"ic","cf":"t", "keyspace":"k",
                "uniquifier":"u","name":"u-k-t-ic-1-Data.db"} ], "n": -1.5 }

            """
        let found = try await read(Array(text.utf8), pieces: 3)
        #expect(found.0 == .missing)
        #expect(found.1.map(\.name) == ["u-k-t-ic-1-Data.db"])
        #expect(found.1.map(\.size) == [nil])
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"sstables":1}"#, #"{"sstables":[1]}"#, #"{"sstables":[}"#,
        #"{"sstables":[{}]}"#, #"{"sstables":[],"sstables":[]}"#, #"{"sstables":[]}}"#,
        #"{"sstables":[],}"#, #"{"sstables":[{"name":"a"#,
    ])
    func `a broken manifest is refused`(text: String) async throws {
        await #expect(throws: ManifestError.self) {
            try await read(Array(text.utf8), pieces: 100)
        }
    }
}
