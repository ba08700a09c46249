extension LoaderReport {
    /// Reads a whole output at once.
    package init(_ output: ToolOutput) {
        self.init()
        for line in output.outputLines { read(ToolLine(stream: .output, text: String(line))) }
        for line in output.errorLines { read(ToolLine(stream: .error, text: String(line))) }
    }

    /// Succeeds only where every file was sent to every node it was to go to.
    ///
    /// - Parameters:
    ///   - directory: what was to be loaded, for the error.
    ///   - ignoring: addresses of nodes that the tool was told to leave out. Version 1.2 announces
    ///     them all the same.
    ///   - expected: SSTables in it, where it is known; none expected and none sent is success.
    package func check(
        exit: ToolExit, directory: String, ignoring: [String] = [], expected: Int? = nil
    ) throws(LoaderError) {
        func fail(_ code: LoaderError.Code, _ sentence: String) -> LoaderError {
            LoaderError(code: code, directory: directory, sentence: sentence)
        }
        if let first = skipped.first {
            let more = skippedCount > 1 ? " (and \(skippedCount - 1) more)" : ""
            throw fail(.unknownTable, "skipped \(first)\(more)")
        }
        if !exit.isZero {
            throw fail(code(ofTrouble: trouble), trouble ?? "\(exit) without a word")
        }
        if let trouble, trouble.hasPrefix("Streaming to the following hosts failed") {
            throw fail(.incomplete, trouble)
        }
        if expected == 0, announced == 0 { return }
        if announced == 0 { throw fail(.nothingLoaded, trouble ?? "it streamed nothing") }
        if let expected, announced < expected {
            throw fail(.incomplete, "it streamed \(announced) of \(expected) SSTables")
        }
        let awaited = awaited(ignoring: ignoring)
        // Nobody who is up holds a row of it.
        if awaited.isEmpty, namesTargets, !ignoring.isEmpty { return }
        guard !targets.isEmpty else {
            throw fail(.unconfirmed, "it did not tell what it sent")
        }
        let silent = awaited.subtracting(targets.keys)
        if let silent = silent.min() {
            throw fail(.incomplete, "nothing tells that \(silent) took anything")
        }
        // One that owns no row of them is told 0 of 0.
        for (address, target) in targets.sorted(by: { $0.key < $1.key })
        where target.sent < target.total {
            throw fail(.incomplete, "\(address) took \(target.sent) of \(target.total) files")
        }
        // Every SSTable has rows, and where nobody is left out, each row has somebody who is up.
        let sent = targets.values.reduce(0) { $0 + $1.sent }
        if ignoring.isEmpty, sent < announced {
            throw fail(.incomplete, "the nodes took \(sent) of \(announced) SSTables")
        }
        if summaryFiles == 0 { throw fail(.nothingLoaded, "it transferred no file") }
    }

    /// The nodes that were announced and are to take something.
    func awaited(ignoring: [String]) -> Set<String> {
        announcedTargets.filter { target in
            // With its port, since version 4.0.
            !ignoring.contains { target == $0 || target.hasPrefix("\($0):") }
        }
    }

    private func code(ofTrouble trouble: String?) -> LoaderError.Code {
        guard let trouble else { return .failed }
        if trouble.hasPrefix("Unknown directory:") { return .unknownDirectory }
        // Version 1.2 says the same of a node that does not answer and of an unknown keyspace.
        let noAnswer = ["Unable to initialise", "Could not retrieve"]
        if noAnswer.contains(where: { trouble.hasPrefix($0) }) { return .nodeDown }
        let isBroken = trouble.hasPrefix("Streaming to the following") || hasBrokenStream
        return isBroken ? .incomplete : .failed
    }
}
