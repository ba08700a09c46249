import AgentProtocol
import NodeAgent
import Testing

@Suite struct LargestWholeObjectTests {
    @Test(arguments: [("", 64 << 20), ("largest_whole_object_bytes: 16777216", 16 << 20)])
    func `it is read from the settings file`(line: String, bytes: Int64) throws {
        #expect(try AgentConfiguration(lines: line).largestWholeObject == bytes)
    }

    @Test func `less than the least part of a store is refused by its key`() {
        let failure = #expect(throws: OperationFailure.self) {
            _ = try AgentConfiguration(lines: "largest_whole_object_bytes: 5242879")
        }
        #expect(failure?.code == .invalid)
        #expect(failure?.message.contains("largest_whole_object_bytes: 5242879") == true)
    }
}
