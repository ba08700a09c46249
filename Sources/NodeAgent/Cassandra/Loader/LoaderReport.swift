/// What sstableloader printed, line by line: pure.
///
/// Its exit status proves nothing: it is 0 for a table that does not exist. What counts are the
/// files that each node has taken.
package struct LoaderReport: Sendable, Hashable {
    /// A node to which files are sent, over all sessions with it.
    package struct Target: Sendable, Hashable {
        package var sent: Int
        package var total: Int

        package init(sent: Int, total: Int) {
            self.sent = sent
            self.total = total
        }
    }

    /// SSTables that were announced to be streamed.
    package internal(set) var announced = 0
    /// Addresses of the nodes to which they go.
    package internal(set) var announcedTargets: Set<String> = []
    /// Whether all announcements named where to.
    package internal(set) var namesTargets = true
    /// The reasons of files that were left out, as the tool words them; the first hundred.
    package private(set) var skipped: [String] = []
    package private(set) var skippedCount = 0
    /// Address → files sent, as the last line of progress has them.
    package internal(set) var targets: [String: Target] = [:]
    /// 0…100, of all bytes, as the last line of progress has it.
    package internal(set) var percent = 0
    /// `Total files transferred` of the summary that newer versions print at the end.
    package private(set) var summaryFiles: Int?
    /// The first sentence of trouble.
    package private(set) var trouble: String?

    /// A stream to a node broke off. The tool may then wait for ever for that node's answer.
    package var hasBrokenStream: Bool {
        trouble?.hasPrefix("Exception in thread \"Streaming to ") ?? false
    }

    package init() {}

    /// Takes in the next line of either output.
    package mutating func read(_ line: ToolLine) {
        let text = line.text
        if text.hasPrefix("progress: ") {
            readProgress(text)
        } else if text.hasPrefix("Streaming relevant part of ")
            || text.hasPrefix("Streaming revelant part of ")
        {
            readAnnouncement(text)
        } else if text.hasPrefix("Skipping file ") {
            skippedCount += 1
            if skipped.count < 100 { skipped.append(String(text.dropFirst(9))) }
        } else if text.contains("Total files transferred") {
            summaryFiles = text.words.last.flatMap { Int($0) }
        } else if trouble == nil, Self.isTrouble(line) {
            trouble = text.trimmed
        }
    }

    private static func isTrouble(_ line: ToolLine) -> Bool {
        let marks = [
            "Unknown directory:", "Streaming to the following hosts failed", "Could not retrieve",
            "No sstables to stream", "Unable to initialise", "Exception in thread",
            "Unknown keyspace",
            "Error: ", "Missing ", "Invalid ", "Stream failed", "java.lang.OutOfMemoryError",
        ]
        return marks.contains { line.text.hasPrefix($0) }
    }
}
