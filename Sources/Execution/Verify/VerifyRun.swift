/// A verification under way: saved, so that all nodes read the same sample, whoever holds the job.
package struct VerifyRun: Codable, Hashable, Sendable {
    /// Which part of the files a sample reads.
    package var part: Int

    /// - Parameters:
    ///   - stored: the part that is next by the catalog.
    ///   - parts: how many there are now; it may have been another number before.
    package init(stored: Int, parts: Int) {
        part = stored % max(1, parts)
    }

    /// The part that the sample after this one reads.
    package func next(of parts: Int) -> Int { (part + 1) % max(1, parts) }
}
