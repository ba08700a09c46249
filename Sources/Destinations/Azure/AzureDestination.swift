package import BackupModel
package import FoundationEssentials

/// A container of Azure Blob Storage, or a folder in one.
///
/// What is written is there, durable and whole, when the service has acknowledged it; it compares
/// each body with its MD5. A block that fails in a way that may pass is tried again here and not by
/// a wrapper, because only the driver knows that the other blocks are there already. The container
/// must be there: making it, with the redundancy and the rules it is to have, is not a backup's
/// business.
package struct AzureDestination: Destination {
    /// Up to this size, in bytes, an object is sent without asking whether it is there: that would
    /// take as long.
    private static let sentUnasked = 64 * 1_024

    package let label: String
    private let client: AzureClient
    private let settings: AzureSettings
    /// Below: an object of a block's size has blocks already.
    package var largestWhole: Int64 { Int64(settings.blockSize) - 1 }
    private let state = AzureState()
    /// Empty, or ends in `/`.
    private let root: String

    /// - Parameters:
    ///   - transport: `nil` for a session of its own.
    ///   - now: the node's clock.
    /// - Throws: `DestinationError` with code `misconfigured`.
    package init(
        _ location: AzureLocation, transport: (any HTTPTransport)? = nil,
        settings: AzureSettings = AzureSettings(), now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        guard AzureEndpoint.isContainer(location.container) else {
            throw DestinationError(
                code: .misconfigured, object: location.container,
                message: "'\(location.container)' is not the name of a container")
        }
        client = AzureClient(
            endpoint: try AzureEndpoint(account: location.account, endpoint: location.endpoint),
            key: try SharedKey(account: location.account, key: location.key),
            container: location.container,
            place: "container \(location.container) in the storage account \(location.account)",
            transport: try transport ?? HTTPSession(HTTPSettings()), now: now)
        self.settings = settings
        root = location.subfolder.isEmpty ? "" : location.subfolder + "/"
        label = "azure destination \(location.container)/\(location.subfolder)"
    }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        let upload = try upload(name, expecting: content, once: true)
        if content.size > Self.sentUnasked, try await size(of: name) != nil {
            return .alreadyThere
        }
        return try await upload.send(source)
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        _ = try await upload(name, expecting: nil, once: false).send(source)
    }

    /// Every write is durable when it has returned.
    package func settle() async throws {}

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try await reading(name).body(range)
    }

    package func size(of name: String) async throws -> Int64? {
        try await reading(name).size()
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        ObjectListing {
            let listing = AzureListing(
                client: client, root: root, prefix: prefix, depth: depth,
                pageSize: settings.pageSize)
            let walk = PagedListing(prefix) { try await listing.page(from: $0) }
            return { try await walk.nextPage() }
        }
    }

    package func delete(_ names: [String]) async throws {
        for name in names { _ = try blob(name) }
        try await AzureDeletion(client: client, settings: settings, state: state, root: root)
            .delete(names)
    }

    private func upload(
        _ name: String, expecting content: ObjectContent?, once: Bool
    ) throws -> AzureUpload {
        AzureUpload(
            client: client, settings: settings, blob: try blob(name), name: name,
            expected: content, once: once)
    }

    private func reading(_ name: String) throws -> AzureReading {
        AzureReading(client: client, blob: try blob(name), name: name)
    }

    /// The blob's full name. Azure drops dots at the end of a part, which would make two names one.
    private func blob(_ name: String) throws -> String {
        try ObjectName.check(name)
        let blob = root + name
        guard blob.utf8.count <= 1_024,
            !blob.split(separator: "/").contains(where: {
                $0.hasSuffix(".")
            })
        else {
            throw DestinationError(
                code: .invalidName, object: name,
                message: "'\(blob)' cannot be the name of a blob")
        }
        return blob
    }
}
