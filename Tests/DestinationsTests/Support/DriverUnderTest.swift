import Destinations

/// The drivers that the conformance suite runs over.
enum DriverUnderTest: String, CaseIterable, Sendable {
    case local
    case localRetryingThrottledCounting
    case azure
    /// In a subfolder, nearly every object in blocks, listings in small pages.
    case azureInBlocksRetryingThrottledCounting

    func destination(in folder: TemporaryFolder) async throws -> any Destination {
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
        case .azure: return try await AzureContainer().destination()
        case .azureInBlocksRetryingThrottledCounting:
            let azure = try await AzureContainer().destination(
                subfolder: "a/folder", settings: AzureSettings(blockSize: 1_000, pageSize: 100))
            return Retrying(
                Throttled(
                    Counting(azure, written: { _ in }, read: { _ in }),
                    bucket: TokenBucket(bytesPerSecond: 1e9)))
        }
    }
}
