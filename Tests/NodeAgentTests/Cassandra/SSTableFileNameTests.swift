import BackupModel
import NodeAgent
import Testing

struct SSTableFileNameTests {
    static let components: [(String, String, String, String, String)] = [
        ("app-users-ia-1-Data.db", "app-users-ia-1", "ia", "1", "Data.db"),
        ("app-users-ka-12-TOC.txt", "app-users-ka-12", "ka", "12", "TOC.txt"),
        ("mc-users-ia-7-Index.db", "mc-users-ia-7", "ia", "7", "Index.db"),
        ("la-3-big-Digest.adler32", "la-3-big", "la", "3", "Digest.adler32"),
        ("mc-1-big-Data.db", "mc-1-big", "mc", "1", "Data.db"),
        ("nb-10-big-SI_by_name.db", "nb-10-big", "nb", "10", "SI_by_name.db"),
        (
            "nb-3gxy_0abc_1sq8w247bs403p5z1x-big-Index.db", "nb-3gxy_0abc_1sq8w247bs403p5z1x-big",
            "nb", "3gxy_0abc_1sq8w247bs403p5z1x", "Index.db"
        ),
        (
            "da-3h5r_0z07_0ekow247bs403p5z1x-bti-SAI+aa+ix_v+Meta.db",
            "da-3h5r_0z07_0ekow247bs403p5z1x-bti", "da", "3h5r_0z07_0ekow247bs403p5z1x",
            "SAI+aa+ix_v+Meta.db"
        ),
    ]

    @Test(arguments: components.indices)
    func `a component of either family is recognised`(index: Int) throws {
        let (file, prefix, version, generation, component) = Self.components[index]
        guard case .component(let descriptor, let found) = SSTableFileName(file) else {
            Issue.record("\(file) is not recognised")
            return
        }
        #expect(found == component && descriptor.prefix == prefix)
        #expect(descriptor.version == version && descriptor.generation == generation)
        #expect(descriptor.fileName(of: component) == file)
    }

    @Test func `what Cassandra still writes is temporary`() {
        for name in [
            "app-users-tmp-ia-1-Data.db", "app-users-tmplink-jb-1-Data.db", "tmp-la-1-big-Data.db",
            "tmplink-la-1-big-Data.db", "nb_txn_compaction_8c0046a0-e734-11f1.log",
            "nb-1-big-Statistics.db.tmp",
        ] {
            #expect(SSTableFileName(name) == .temporary, Comment(rawValue: name))
        }
    }

    @Test func `a classic index in the table's folder is recognised`() {
        guard
            case .index(let descriptor, "Data.db") = SSTableFileName(
                "app-users.users_name-ia-1-Data.db")
        else {
            Issue.record("the index is not recognised")
            return
        }
        #expect(descriptor.version == "ia")
    }

    @Test func `anything else is other`() {
        for name in ["manifest.json", "schema.cql", "users.json", "", "-", "a-b-c-d-e", "nb-1-big"]
        {
            #expect(SSTableFileName(name) == .other, Comment(rawValue: name))
        }
    }

    @Test func `folders tell table and id`() {
        let id = "909a8f40e73411f1a3b3ab6c995d0ca6"
        #expect(TableFolder.parse("MixedCase-\(id)") == ("MixedCase", id))
        #expect(TableFolder.parse("users") == ("users", nil))
        #expect(TableFolder.parse("users-1") == ("users-1", nil))
    }
}
