package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension ListSegments: PerformableOperation {
    /// Documents that are read at once.
    private static let width = 8

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        var page = Result()
        var room = limit
        for host in try await presentHosts(context.open(destination)) {
            let store = try context.commitLogStore(of: destination, host: host)
            let segments = try await store.segments(
                after: after?.hostID == host ? CommitLogSegmentName(after?.name ?? "") : nil,
                limit: room)
            try await read(segments, of: host, in: store, into: &page)
            room -= segments.count
            if room == 0, let last = segments.last {
                page.last = Place(hostID: host, name: last.name.text)
                break
            }
        }
        return page
    }

    /// Those of whom there is any, from where the page before ended, sorted.
    private func presentHosts(_ target: any Destination) async throws -> [HostID] {
        let prefix = "commitlogs/"
        var present: Set<String> = []
        for try await entry in target.list(prefix, depth: .children) {
            guard case .folder(let folder) = entry else { continue }
            present.insert(String(folder.dropFirst(prefix.count)))
        }
        return hosts.filter { present.contains($0.text) && $0 >= after?.hostID ?? $0 }.sorted()
    }

    private func read(
        _ segments: [StoredSegment], of host: HostID, in store: CommitLogStore,
        into page: inout Result
    ) async throws {
        let (now, id) = (Date().timeIntervalSince1970, destination.id)
        var found: [(StoredSegment, SegmentEntry?)] = []
        try await inOrder(width: Self.width) { submit in
            for segment in segments where segment.hasDocument {
                try await submit {
                    (segment, try await store.entry(of: segment, on: id, storedAt: now))
                }
            }
        } each: {
            found.append($0)
        }
        for (segment, entry) in found {
            if let entry {
                page.segments.append(FoundSegment(hostID: host, entry: entry))
            } else {
                page.unreadable.append(Place(hostID: host, name: segment.name.text))
            }
        }
    }
}
