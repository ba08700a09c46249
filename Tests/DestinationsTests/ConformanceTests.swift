import Destinations
import Testing

@Suite struct ConformanceTests {
    private func content(_ bytes: [UInt8]) -> ObjectContent {
        ObjectContent(of: bytes)
    }

    private func all(_ listing: ObjectListing) async throws -> Set<ListedEntry> {
        var found: Set<ListedEntry> = []
        for try await entry in listing {
            #expect(found.insert(entry).inserted)
        }
        return found
    }

    /// Stores objects of one byte, many at a time.
    private func store(_ names: [String], on destination: any Destination) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask {
                    _ = try await destination.store(
                        BytesSource([1]), as: name, expecting: ObjectContent(of: [1]))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `what is stored is read back, whole and in part`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        let bytes = (0..<10_007).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(
            try await destination.store(
                BytesSource(bytes), as: "a/b/object", expecting: content(bytes)) == .stored)
        try await destination.settle()
        let whole = try await destination.read("a/b/object").collect(upTo: 20_000, of: "object")
        #expect(whole == bytes)
        let part = try await destination.read("a/b/object", range: 9_000..<99_999)
            .collect(upTo: 20_000, of: "object")
        #expect(part == Array(bytes[9_000...]))
        #expect(try await destination.size(of: "a/b/object") == 10_007)
        #expect(try await destination.size(of: "a/b") == nil)
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `an empty object is an object`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        let outcome = try await destination.store(
            BytesSource([]), as: "empty", expecting: content([]))
        #expect(outcome == .stored)
        #expect(try await destination.size(of: "empty") == 0)
        #expect(try await destination.read("empty").collect(upTo: 1, of: "empty") == [])
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `a wrong hash or size leaves nothing`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        let good = content([1, 2, 3])
        let other = content([9, 9, 9])
        for (wrong, claimed) in [
            (ObjectContent(sha256: good.sha256, size: 4), nil), (other, nil), (other, other),
        ] {
            let source = BytesSource([1, 2, 3], hashed: claimed)
            let error = await #expect(throws: DestinationError.self) {
                try await destination.store(source, as: "x/y", expecting: wrong)
            }
            #expect(error?.code == .wrongHash)
            #expect(error?.object == "x/y")
        }
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `an object is written once, a document is replaced`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        _ = try await destination.store(BytesSource([1]), as: "o", expecting: content([1]))
        let second = try await destination.store(
            BytesSource([2]), as: "o", expecting: content([2]))
        #expect(second == .alreadyThere)
        #expect(try await destination.read("o").collect(upTo: 9, of: "o") == [1])
        try await destination.replace(BytesSource([1]), as: "d/document")
        try await destination.replace(BytesSource([2, 3]), as: "d/document")
        #expect(try await destination.read("d/document").collect(upTo: 9, of: "d") == [2, 3])
        #expect(
            try await all(destination.list("", depth: .all)) == [
                .object(name: "o", size: 1), .object(name: "d/document", size: 2),
            ])
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `of many writers of one name one wins and none fails`(driver: DriverUnderTest) async throws
    {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        let bytes = [UInt8](repeating: 7, count: 5_000)
        let expected = content(bytes)
        let outcomes = try await withThrowingTaskGroup(of: StoreOutcome.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await destination.store(
                        BytesSource(bytes), as: "k/same", expecting: expected)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0 == .stored }.count
        #expect(driver.hasOneWinner ? winners == 1 : winners >= 1)
        #expect(outcomes.count == 16)
        #expect(try await destination.read("k/same").collect(upTo: 9_999, of: "s") == bytes)
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `a listing tells all objects of a prefix, or its children`(
        driver: DriverUnderTest
    ) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        var expected: Set<ListedEntry> = []
        let names = (0..<driver.pageSize * 5 / 2).map { "s/h/sstables/\($0)" }
        try await store(names, on: destination)
        for name in names { expected.insert(.object(name: name, size: 1)) }
        try await destination.replace(BytesSource([1]), as: "s/h/tag/backup.json")
        try await destination.replace(BytesSource([1]), as: "s/other/tag/backup.json")
        #expect(try await all(destination.list("s/h/sstables/", depth: .all)) == expected)
        #expect(
            try await all(destination.list("s/h/", depth: .children)) == [
                .folder("s/h/sstables"), .folder("s/h/tag"),
            ])
        #expect(
            try await all(destination.list("s/ot", depth: .all)) == [
                .object(name: "s/other/tag/backup.json", size: 1)
            ])
        #expect(try await all(destination.list("nothing/", depth: .all)) == [])
        // Called off between two pages, it ends there.
        let listing = destination.list("s/h/sstables/", depth: .all)
        let reading = Task {
            var count = 0
            for try await _ in listing {
                count += 1
                if count == 10 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `what is not there is said to be not there`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        #expect(try await destination.size(of: "none") == nil)
        for range in [nil, 0..<10, 5..<5] as [Range<Int64>?] {
            let error = await #expect(throws: DestinationError.self) {
                _ = try await destination.read("no/ne", range: range)
            }
            #expect(error?.code == .notThere)
            #expect(error?.object.contains("no/ne") == true)
        }
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `ranges are cut off at the end`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        _ = try await destination.store(
            BytesSource([1, 2, 3]), as: "o", expecting: content([1, 2, 3]))
        let expected: [(Range<Int64>, [UInt8])] = [
            (0..<3, [1, 2, 3]), (1..<2, [2]), (2..<99, [3]), (1..<Int64.max, [2, 3]), (1..<1, []),
            (3..<9, []), (50..<60, []),
        ]
        for (range, bytes) in expected {
            #expect(
                try await destination.read("o", range: range).collect(upTo: 9, of: "o") == bytes)
        }
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `names of any letters are names`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        let names = [
            "a b/c+d/e%20f", "q?x=1&y=2#z", "ä/ሴ/😀", "'\"<&>", "~!*();:@$,=[]", "back\\slash",
        ]
        try await store(names, on: destination)
        let expected = Set(names.map { ListedEntry.object(name: $0, size: 1) })
        #expect(try await all(destination.list("", depth: .all)) == expected)
        #expect(
            try await all(destination.list("a b/", depth: .children)) == [.folder("a b/c+d")])
        for name in names {
            #expect(try await destination.read(name).collect(upTo: 9, of: name) == [1])
        }
        try await destination.delete(names)
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `deleted is deleted, and what is not there is deleted too`(
        driver: DriverUnderTest
    ) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        _ = try await destination.store(BytesSource([1]), as: "a/1", expecting: content([1]))
        _ = try await destination.store(BytesSource([1]), as: "a/2", expecting: content([1]))
        try await destination.delete(["a/1", "a/none", "b/none"])
        #expect(
            try await all(destination.list("", depth: .all)) == [.object(name: "a/2", size: 1)])
        let error = await #expect(throws: DestinationError.self) {
            _ = try await destination.read("a/1")
        }
        #expect(error?.code == .notThere)
    }

    @Test(arguments: DriverUnderTest.allCases)
    func `names that lead elsewhere are refused`(driver: DriverUnderTest) async throws {
        let folder = try TemporaryFolder()
        let destination = try await driver.destination(in: folder)
        for name in ["", "/a", "a//b", "../a", "a/../../b", "a/.", "a/"] {
            let error = await #expect(throws: DestinationError.self) {
                try await destination.replace(BytesSource([1]), as: name)
            }
            #expect(error?.code == .invalidName)
        }
    }
}
