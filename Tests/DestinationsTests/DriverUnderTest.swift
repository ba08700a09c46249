import Destinations

/// The drivers that the conformance suite runs over.
enum DriverUnderTest: String, CaseIterable, Sendable {
    case local
    case localRetryingThrottledCounting
    case s3
    case s3InAPrefixRetryingThrottledCounting
    case azure
    /// Nearly every object in blocks.
    case azureInASubfolderRetryingThrottledCounting

    /// Whether of many writers of one name exactly one is told that it made the object. OpenStack
    /// Swift looks for an object when a write begins, so that all of them may have made it.
    var hasOneWinner: Bool {
        switch self {
        case .local, .localRetryingThrottledCounting: true
        case .azure, .azureInASubfolderRetryingThrottledCounting: true
        case .s3, .s3InAPrefixRetryingThrottledCounting: false
        }
    }

    /// Entries of a page of its listings.
    var pageSize: Int {
        switch self {
        case .local, .localRetryingThrottledCounting: 1_000
        case .s3, .s3InAPrefixRetryingThrottledCounting: 100
        case .azure, .azureInASubfolderRetryingThrottledCounting: 100
        }
    }

    /// An empty destination.
    func destination(in folder: TemporaryFolder) async throws -> any Destination {
        switch self {
        case .local: try local(in: folder)
        case .localRetryingThrottledCounting: wrapped(try local(in: folder))
        case .s3: try await s3(prefix: "")
        case .s3InAPrefixRetryingThrottledCounting: wrapped(try await s3(prefix: "a pre+fix/ä"))
        case .azure: try await azure(AzureSettings(pageSize: pageSize))
        case .azureInASubfolderRetryingThrottledCounting:
            wrapped(
                try await azure(
                    subfolder: "a sub+folder/ä",
                    AzureSettings(blockSize: 1_000, pageSize: pageSize)))
        }
    }

    private func wrapped(_ destination: some Destination) -> any Destination {
        Retrying(
            Throttled(
                Counting(destination, written: { _ in }, read: { _ in }),
                bucket: TokenBucket(bytesPerSecond: 1e9)))
    }

    private func s3(prefix: String) async throws -> S3Destination {
        let server = try await SwiftServer.shared.value
        return try S3Destination(
            server.location(bucket: await server.makeBucket(), prefix: prefix), environment: [:],
            settings: S3Settings(pageSize: pageSize))
    }

    private func azure(
        subfolder: String = "", _ settings: AzureSettings
    ) async throws -> AzureDestination {
        try await AzureContainer().destination(subfolder: subfolder, settings: settings)
    }

    private func local(in folder: TemporaryFolder) throws -> LocalDestination {
        try LocalDestination(
            path: folder.path + "/store",
            rules: LocalPathRules(roots: [folder.path], forbidden: []), owner: "test",
            threads: FileThreads(count: 4), pieceSize: 1_000)
    }
}
