import BackupModel
import Testing

@Suite struct HostIDTests {
    @Test func `a host id is kept in lower case`() throws {
        #expect(
            try HostID("FEE2232C-48ac-11e2-b1b9-e0b9a54a6d93").text
                == "fee2232c-48ac-11e2-b1b9-e0b9a54a6d93")
    }

    @Test(arguments: [
        "", "fee2232c", "fee2232c-48ac-11e2-b1b9-e0b9a54a6d9/",
        "../../../../../../../../../../../..",
    ])
    func `what is no UUID is refused`(text: String) {
        #expect(throws: InvalidName.self) { try HostID(text) }
    }
}
