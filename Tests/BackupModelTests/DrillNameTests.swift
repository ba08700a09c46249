import BackupModel
import Testing

@Suite struct `names of restore drills` {
    private let id = "0123abcd-4567"

    @Test func `keyspace, mark and eight digits`() {
        #expect(DrillName.names(for: ["app"], id: id) == ["app": "app_drill_0123abcd"])
        #expect(DrillName.isOne("app_drill_0123abcd"))
    }

    @Test func `long names are cut to what Cassandra takes and stay different`() {
        let long = String(repeating: "k", count: 46)
        let names = DrillName.names(for: [long + "a", long + "b"], id: id)
        #expect(Set(names.values).count == 2)
        #expect(names.values.allSatisfy { $0.utf8.count <= 48 && DrillName.isOne($0) })
    }

    @Test(arguments: [
        "app", "app_drill_", "_drill_0123abcd", "app_drill_0123abcg", "../_drill_0123abcd",
    ])
    func `no other keyspace is taken for one`(name: String) {
        #expect(!DrillName.isOne(name))
    }
}
