import BackupModel
import Foundation
import NodeAgent
import Testing

@Suite struct `where SSTables are placed` {
    private func descriptor(_ file: String) throws -> SSTableDescriptor {
        guard case .component(let descriptor, _) = SSTableFileName(file) else {
            throw CocoaError(.fileReadUnknown)
        }
        return descriptor
    }

    private func room(_ folder: String, _ free: Int64, device: UInt64 = 1) -> PlacementPlan.Room {
        PlacementPlan.Room(folder: folder, device: device, free: free)
    }

    @Test(arguments: [
        ("app-users-ic-7-Data.db", "app-users-ic-42"),
        ("mc-7-big-Data.db", "mc-42-big"),
        ("nb-7-big-Data.db", "nb-42-big"),
        ("da-7-bti-Data.db", "da-42-bti"),
        ("nb-3gxy_0abc_1sq8w247bs403p5z1x-big-Data.db", "nb-42-big"),
    ])
    func `a number replaces the generation in each style of name`(
        file: String, prefix: String
    ) throws {
        let renumbered = try descriptor(file).renumbered(42)
        #expect(renumbered.prefix == prefix)
        #expect(
            SSTableFileName(renumbered.fileName(of: "Data.db"))
                == .component(renumbered, "Data.db"))
    }

    @Test func `only names of old versions tell the keyspace`() throws {
        #expect(
            try descriptor("app-users-ic-7-Data.db").moved(to: "Copy").prefix == "Copy-users-ic-7")
        #expect(try descriptor("nb-7-big-Data.db").moved(to: "Copy").prefix == "nb-7-big")
    }

    @Test func `numbers begin far above all that are there, written or being written`() throws {
        let names = [
            "app-users-ic-7-Data.db", "app-users-tmp-ic-12-Data.db",
            "app-users.users_name-ic-30-Data.db", "manifest.json", "notes-99-of-mine",
        ]
        #expect(PlacementPlan.highest(in: names) == 30)
        var plan = PlacementPlan(rooms: [room("/a", 10)], names: names)
        let placed = plan.place(try descriptor("app-users-ic-7-Data.db"), size: 1)
        #expect(placed.prefix == "app-users-ic-\(30 + PlacementPlan.gap + 1)")
        #expect(placed.staged == "app-users-ic-7")
    }

    @Test func `each goes where most room is left`() throws {
        var plan = PlacementPlan(
            rooms: [room("/a", 100, device: 1), room("/b", 250, device: 2)], names: [])
        let folders = try (1...4).map {
            plan.place(try descriptor("mc-\($0)-big-Data.db"), size: 100).folder
        }
        #expect(folders == ["/b", "/b", "/a", "/b"])
    }

    @Test func `directories of one file system take turns`() throws {
        var plan = PlacementPlan(rooms: [room("/a", 1000), room("/b", 1000)], names: [])
        let folders = try (1...4).map {
            plan.place(try descriptor("mc-\($0)-big-Data.db"), size: 10).folder
        }
        #expect(folders == ["/a", "/b", "/a", "/b"])
    }

    @Test func `no two get the same name`() throws {
        var plan = PlacementPlan(rooms: [room("/a", 1)], names: ["mc-1-big-Data.db"])
        let prefixes = try (1...50).map {
            plan.place(try descriptor("mc-\($0)-big-Data.db"), size: 1).prefix
        }
        #expect(Set(prefixes).count == 50)
    }

    @Test(arguments: [
        ("1.2.0-SNAPSHOT", Intake.refresh), ("2.1.22", .refresh), ("3.11.17", .refresh),
        ("4.0.0", .move), ("4.1.6", .move), ("5.0.2", .move), ("10.0", .move),
    ])
    func `import takes over from refresh with version 4`(version: String, intake: Intake) {
        #expect(Intake(version: version) == intake)
    }
}

@Suite(.enabled(if: ReferenceFolder.isThere, "\(ReferenceFolder.absence)"))
struct `real SSTables under new names` {
    @Test(arguments: ["mc", "me", "nb"])
    func `every component of every format keeps its own name`(format: String) throws {
        let root = "sstables/\(format)"
        let files = try #require(
            FileManager.default.enumerator(atPath: "\(ReferenceFolder.path)/\(root)"))
        var seen = 0
        for case let path as String in files {
            let file = (path as NSString).lastPathComponent
            guard case .component(let descriptor, let component) = SSTableFileName(file) else {
                continue
            }
            seen += 1
            let renumbered = descriptor.renumbered(1_000_001)
            let name = renumbered.fileName(of: component)
            #expect(SSTableFileName(name) == .component(renumbered, component))
            #expect(renumbered.version == descriptor.version)
            #expect(renumbered.format == descriptor.format)
            #expect(name != file)
        }
        #expect(seen > 0)
    }
}
