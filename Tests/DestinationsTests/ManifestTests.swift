import BackupModel
import Destinations
import Testing

@Suite struct ManifestTests {
    private func header() throws -> ManifestHeader {
        let host = try HostID("01234567-89ab-cdef-0123-456789abcdef")
        return ManifestHeader(
            tag: .adhoc(at: 1), scheduleID: nil, cluster: "c", clusterName: "Ä \"c\"",
            hostID: host, node: "127.0.0.1", datacenter: "d", rack: "r", tokens: ["1"],
            partitioner: "p", cassandraVersion: "4", schemaVersion: "s", snapshotTime: 1,
            writtenTime: 2, hosts: [], tables: [],
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
            let entries = (0..<count).map(entry)
            var text = try ManifestText.opening(header())
            for (index, entry) in entries.enumerated() {
                text += try ManifestText.entry(entry, isFirst: index == 0)
            }
            text += ManifestText.closing
            let found = try await read(text, pieces: pieces)
            #expect(try found.0 == .complete(header()))
            #expect(found.1 == entries)
        }
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
