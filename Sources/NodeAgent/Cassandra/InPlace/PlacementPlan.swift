/// Decides into which of a table's live folders each staged SSTable goes, and under which number.
/// Pure.
///
/// As Cassandra does with several data directories, each goes where there is most room.
package struct PlacementPlan {
    /// One of the table's folders.
    package struct Room: Sendable, Hashable {
        package var folder: String
        /// Which file system it lies on.
        package var device: UInt64
        /// Bytes.
        package var free: Int64

        package init(folder: String, device: UInt64, free: Int64) {
            self.folder = folder
            self.device = device
            self.free = free
        }
    }

    /// Numbers between the highest that is in use and the first of ours. Cassandra counts on from
    /// the highest that it knows while ours lie there: it must not come to them.
    package static let gap = 1_000_000

    private var rooms: [Room]
    private var counts: [Int]
    private var generation: Int

    /// - Parameters:
    ///   - rooms: at least one.
    ///   - names: of all files in all of these folders.
    package init(rooms: [Room], names: some Sequence<String>) {
        self.rooms = rooms
        counts = rooms.map { _ in 0 }
        generation = Self.highest(in: names) + Self.gap
    }

    /// The highest number in any file's name; files that Cassandra is still writing count.
    package static func highest(in names: some Sequence<String>) -> Int {
        names.reduce(0) { highest, name in
            if case .other = SSTableFileName(name) { return highest }
            return name.split(separator: "-").compactMap { Int($0) }.reduce(highest, max)
        }
    }

    /// Where this one goes, of so many bytes; the next goes elsewhere or has another number.
    package mutating func place(_ descriptor: SSTableDescriptor, size: Int64) -> Placement {
        let index = rooms.indices.max {
            (rooms[$0].free, -counts[$0], -$0) < (rooms[$1].free, -counts[$1], -$1)
        }
        let chosen = index ?? rooms.startIndex
        for other in rooms.indices where rooms[other].device == rooms[chosen].device {
            rooms[other].free -= size
        }
        counts[chosen] += 1
        generation += 1
        return Placement(
            staged: descriptor.prefix, folder: rooms[chosen].folder,
            prefix: descriptor.renumbered(generation).prefix)
    }
}
