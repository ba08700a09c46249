import NodeAgent
import Testing

@Suite struct SSTableFileNameTests {
    @Test(arguments: [
        ("app-users-ia-1-Data.db", "ia", "Data.db"),
        ("app-raw-ka-12-Digest.sha1", "ka", "Digest.sha1"),
        ("mc-1-big-TOC.txt", "mc", "TOC.txt"),
        ("nb-3gxy_0abc_12-big-Data.db", "nb", "Data.db"),
        ("da-7-bti-Partitions.db", "da", "Partitions.db"),
    ])
    func `both families of names are read`(name: String, version: String, component: String) {
        let read = SSTableFileName(name)
        #expect(read?.version == version)
        #expect(read?.component == component)
        #expect(read?.isIndex == false)
    }

    @Test func `a classic index is known as such`() {
        #expect(SSTableFileName("app-users.users_city-ia-1-Data.db")?.isIndex == true)
    }

    @Test(arguments: ["manifest.json", "schema.cql", "app-users-tmp-ia-1-Data.db", "x", "a-b"])
    func `what is no complete SSTable's file is left out`(name: String) {
        #expect(SSTableFileName(name) == nil)
    }
}
