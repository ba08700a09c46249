import NodeAgent
import Testing

@Suite(.enabled(if: ReferenceFolder.isThere, Comment(rawValue: ReferenceFolder.absence)))
struct RecordedOutputTests {
    static let versions = ["4.1", "5.0", "5.0-latest-bti"]

    @Test(arguments: versions)
    func `every recorded output has the right verdict`(version: String) throws {
        let folder = "nodetool-\(version)"
        var judged = 0
        for file in try ReferenceFolder.names(in: folder) where file.hasSuffix(".txt") {
            let name = String(file.dropLast(4))
            guard let verdict = RecordedVerdict.of(version: version, name: name) else {
                Issue.record("no verdict is written down for \(folder)/\(file)")
                continue
            }
            if case .notOurs = verdict { continue }
            let recording = try Recording(path: "\(ReferenceFolder.path)/\(folder)/\(file)")
            try check(recording, verdict, "\(folder)/\(file)")
            judged += 1
        }
        #expect(judged >= (version == "5.0-latest-bti" ? 4 : 90))
    }

    private func check(
        _ recording: Recording, _ verdict: RecordedVerdict, _ name: String
    ) throws {
        let words = recording.command.split(separator: " ").map(String.init)
        let reply = NodetoolReply(
            command: words.dropFirst().first ?? "", output: recording.output)
        let comment = Comment(rawValue: name)
        switch verdict {
        case .nodetool(let code):
            #expect(failure { try reply.succeeded() } == code, comment)
        case .snapshot(let tag, let code):
            #expect(failure { try reply.snapshotTaken(tag: tag) } == code, comment)
        case .listing(let code, let count):
            #expect(failure { _ = try reply.snapshots() } == code, comment)
            if code == nil { try checkListing(try reply.snapshots(), count, comment) }
        case .info(let tokens, let gossip):
            let info = try reply.info()
            #expect(info.tokens.count == tokens, comment)
            #expect(info.gossipActive == gossip, comment)
            #expect(info.hostID.utf8.count == 36 && info.datacenter == "dc1", comment)
            #expect(info.rack == "rack1", comment)
        case .infoFails(let code):
            #expect(failure { _ = try reply.info() } == code, comment)
        case .status(let nodes, let up):
            let status = try reply.status()
            #expect(status.count == nodes, comment)
            #expect(status.count(where: \.isUp) == up, comment)
            #expect(status.allSatisfy { $0.rack == "rack1" && $0.datacenter == "dc1" }, comment)
        case .statusFails(let code):
            #expect(failure { _ = try reply.status() } == code, comment)
        case .ring(let nodes, let down):
            let ring = try reply.ring()
            #expect(ring.count == nodes * 16, comment)
            #expect(Set(ring.map(\.address)).count == nodes, comment)
            #expect(Set(ring.filter { !$0.isUp }.map(\.address)).count == down, comment)
            #expect(ring.allSatisfy { Int64($0.token) != nil && $0.rack == "rack1" }, comment)
        case .version(let release):
            #expect(try reply.releaseVersion() == release, comment)
        case .versionFails(let code):
            #expect(failure { _ = try reply.releaseVersion() } == code, comment)
        case .cluster(let agrees, let unreachable):
            let cluster = try reply.clusterDescription()
            #expect(cluster.schemaAgrees, comment)
            #expect(cluster.schemaVersions.values.first?.count == agrees, comment)
            #expect(cluster.unreachable.count == unreachable, comment)
            #expect(cluster.name.hasPrefix("bkp_test"), comment)
            #expect(cluster.partitioner.hasSuffix("Murmur3Partitioner"), comment)
        case .gossip(let nodes, let members):
            let states = try reply.gossip()
            #expect(states.count == nodes, comment)
            #expect(states.count(where: \.isMember) == members, comment)
            #expect(states.allSatisfy { $0.hostID?.utf8.count == 36 }, comment)
            #expect(states.allSatisfy { $0.schemaVersion?.utf8.count == 36 }, comment)
            #expect(states.allSatisfy { $0.values["DC"] == "dc1" }, comment)
        case .cql(let code):
            let answer = CQLReply(statement: recording.command, output: recording.output)
            #expect(failure { _ = try answer.text() } == code, comment)
        case .loader(let code):
            let report = LoaderReport(recording.output)
            #expect(
                failure { try report.check(exit: recording.output.exit, directory: "d") } == code,
                comment)
            if code == nil { #expect(report.percent == 100 && report.targets.count == 3, comment) }
        case .schema(let kinds):
            let statements = CQLScript.statements(of: recording.standardOutput)
            #expect(CQLScript.ordered(statements).map(\.kind) == kinds, comment)
            #expect(statements.allSatisfy { $0.keyspace == "app" }, comment)
        case .files(let count):
            checkFiles(recording.standardOutput, count, comment)
        case .contents:
            let lines = TableOfContents.components(of: recording.standardOutput)
            #expect(lines.prefix(8).contains("Data.db") && lines[7] == "TOC.txt", comment)
        case .notOurs:
            break
        }
    }

    private func checkListing(_ list: [SnapshotListing], _ count: Int, _ comment: Comment) throws {
        #expect(list.count >= count, comment)
        #expect(list.allSatisfy { !$0.snapshot.contains(" ") && !$0.snapshot.isEmpty }, comment)
        #expect(list.allSatisfy { !$0.keyspace.contains(" ") && !$0.keyspace.isEmpty }, comment)
        #expect(list.allSatisfy { !$0.table.contains(" ") && !$0.table.isEmpty }, comment)
    }

    private func checkFiles(_ text: String, _ count: Int, _ comment: Comment) {
        var found: Set<String> = []
        for line in text.split(separator: "\n") where !line.contains("/.") {
            let name = line.split(separator: "/").last.map(String.init) ?? ""
            guard line.hasPrefix("data/") || line.hasPrefix("/var"),
                name.contains("-big-")
                    || name.contains("-bti-")
            else { continue }
            guard case .component(let descriptor, let component) = SSTableFileName(name) else {
                Issue.record("\(comment): \(name) is not taken for a component")
                continue
            }
            #expect(descriptor.fileName(of: component) == name, comment)
            found.insert("\(line.dropLast(name.count))\(descriptor)")
        }
        #expect(found.count == count, comment)
    }

    private func failure(_ body: () throws -> Void) -> NodetoolError.Code? {
        do { try body() } catch let error as NodetoolError { return error.code } catch {}
        return nil
    }

    private func failure(_ body: () throws -> Void) -> CQLError.Code? {
        do { try body() } catch let error as CQLError { return error.code } catch {}
        return nil
    }

    private func failure(_ body: () throws -> Void) -> LoaderError.Code? {
        do { try body() } catch let error as LoaderError { return error.code } catch {}
        return nil
    }
}
