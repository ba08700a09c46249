import Destinations

/// The drivers that the conformance suite runs over.
enum DriverUnderTest: String, CaseIterable, Sendable {
    case local
    case localRetryingThrottledCounting

    func destination(in folder: TemporaryFolder) throws -> any Destination {
        let local = try LocalDestination(
            path: folder.path + "/store",
            rules: LocalPathRules(roots: [folder.path], forbidden: []), owner: "test",
            threads: FileThreads(count: 4), pieceSize: 1_000)
        switch self {
        case .local: return local
        case .localRetryingThrottledCounting:
            let bucket = TokenBucket(bytesPerSecond: 1e9)
            return Retrying(
                Throttled(
                    Counting(local, written: { _ in }, read: { _ in }), bucket: bucket))
        }
    }
}
