package import AgentProtocol

/// What sstableloader's output proves: its exit status is 0 where it sent nothing at all.
package enum LoaderVerdict {
    /// - Parameters:
    ///   - dataFiles: how many SSTables it was given; it must have sent that many.
    ///   - object: the table, for the message.
    package static func check(
        _ output: ToolOutput, dataFiles: Int, object: String
    ) throws(OperationFailure) {
        let lines = output.standardOutput.split { $0 == "\n" || $0 == "\r" }.map(\.trimmed)
        if output.exit != 0 {
            throw failure(object, NodetoolVerdict.sentence(in: output))
        }
        if let skipped = lines.first(where: { $0.contains("Skipping file") }) {
            throw failure(object, String(skipped))
        }
        let summary = lines.first { $0.hasPrefix("Total files transferred") }
        if let summary {
            guard let count = Int(summary.split(separator: ":").last?.trimmed ?? ""),
                count >= dataFiles
            else { throw failure(object, "\(summary), of \(dataFiles)") }
            return
        }
        // Versions without a summary: the last progress line tells each node's files.
        guard let progress = lines.last(where: { $0.contains("progress: [") }) else {
            throw failure(object, "it reported no files sent")
        }
        let unfinished = counts(in: progress).first { $0.done != $0.total || $0.total < 1 }
        let named = lines.filter { $0.hasPrefix("Streaming re") }
            .map { $0.split(separator: " ").filter { $0.hasSuffix("-Data.db") }.count }
            .reduce(0, +)
        guard unfinished == nil, !counts(in: progress).isEmpty, named == dataFiles else {
            throw failure(object, "it stopped at \(progress)")
        }
    }

    /// `[/10.0.0.1 3/4 (75)]` → done and total, of the last such report of each line.
    private static func counts(in line: String) -> [(done: Int, total: Int)] {
        let last = line.range(of: "progress:", from: line.endIndex) ?? line.startIndex
        return line[last...].split(separator: "[").compactMap { part in
            let words = part.split(separator: " ")
            guard words.count >= 2, part.hasPrefix("/") else { return nil }
            let numbers = words[1].split(separator: "/").compactMap { Int($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }

    private static func failure(_ object: String, _ reason: String) -> OperationFailure {
        OperationFailure(
            code: .tool, object: object, message: "sstableloader did not load \(object): \(reason)")
    }
}

extension String {
    /// Where the last occurrence of `word` begins.
    fileprivate func range(of word: String, from end: Index) -> Index? {
        var index = end
        while index > startIndex {
            index = self.index(before: index)
            if self[index...].hasPrefix(word) { return index }
        }
        return nil
    }
}
