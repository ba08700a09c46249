import BackupModel
import Testing

@Suite struct BackupTagTests {
    @Test(arguments: [
        (1_489_763_169, "opscenter_adhoc_2017-03-17-15-06-09-UTC"),
        (1_334_857_272, "opscenter_adhoc_2012-04-19-17-41-12-UTC"),
        (951_782_400, "opscenter_adhoc_2000-02-29-00-00-00-UTC"),
        (4_107_542_399, "opscenter_adhoc_2100-02-28-23-59-59-UTC"),
        (4_107_542_400, "opscenter_adhoc_2100-03-01-00-00-00-UTC"),
        (0, "opscenter_adhoc_1970-01-01-00-00-00-UTC"),
    ])
    func `an ad hoc tag carries the time of the run in UTC`(epoch: Int64, tag: String) {
        #expect(BackupTag.adhoc(at: epoch).text == tag)
    }

    @Test func `a scheduled tag names its schedule`() throws {
        let tag = try BackupTag.scheduled(
            by: "4a269167-96c1-40c7-84b7-b070c6bcd0cd", at: 1_462_462_500)
        #expect(
            tag.text == "opscenter_4a269167-96c1-40c7-84b7-b070c6bcd0cd_2016-05-05-15-35-00-UTC")
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "-t", "a b", "a\u{0}b", "ä", "a\nb"])
    func `a tag that is no safe path component is refused`(text: String) {
        #expect(throws: InvalidName.self) { try BackupTag(text) }
    }
}
