import OperatorClient
import Testing

@Suite struct WordingTests {
    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"),
            (5 << 30, "5.0 GiB"), (3 << 50, "3072.0 TiB"),
        ] as [(Int64, String)])
    func `bytes are told in the unit that fits`(bytes: Int64, text: String) {
        #expect("\(ByteCount(bytes))" == text)
    }

    @Test(
        arguments: [
            (0, "0s"), (59, "59s"), (60, "1m"), (61, "1m 1s"), (3_600, "1h"), (3_661, "1h 1m"),
            (90_000, "1d 1h"), (86_401, "1d"),
        ] as [(Int64, String)])
    func `a length of time is told in its two largest units`(seconds: Int64, text: String) {
        #expect("\(Span(seconds: seconds))" == text)
    }

    @Test func `a moment is told in UTC`() {
        #expect("\(UTCTime(1_489_763_169))" == "2017-03-17 15:06:09 UTC")
        #expect("\(UTCTime(nil))" == "never")
    }

    @Test func `columns are as wide as what is in them`() {
        var table = TextTable("ID", "PATH")
        table.add("a-long-id", "/x")
        table.add("b", "")
        #expect(table.lines == ["ID         PATH", "a-long-id  /x", "b"])
    }
}
