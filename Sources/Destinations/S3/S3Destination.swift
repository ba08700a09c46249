package import BackupModel
package import FoundationEssentials
import Synchronization

/// A bucket of Amazon S3, or of a store that speaks its protocol, or a prefix in one.
///
/// What is written goes up under its SHA-256, which is part of the signature, and is there, durable
/// and whole, when the store has acknowledged it: small objects in one request, larger ones in
/// parts. A part that fails in a way that may pass is tried again here and not by a wrapper,
/// because only the driver knows that the other parts are there already.
package struct S3Destination: Destination {
    package let label: String
    let client: S3Client
    let settings: S3Settings
    package var largestWhole: Int64 { settings.largestWhole }
    /// Empty, or ends in `/`.
    private let root: String
    private let serverSideEncryption: Bool
    let state = S3State()
    /// What this process is at, where it is the only one that writes here; `nil`: there may be others.
    let soleUploads: S3UploadsAtWork?

    /// - Parameters:
    ///   - environment: of the agent: its keys are used where the location has none.
    ///   - transport: `nil` for a session of its own, which trusts the location's `caFile` too.
    ///   - soleUploads: common to all destinations of this process, where no other process writes
    ///     into the folders that this one does. Then the first upload in parts into a folder calls off
    ///     all that are not at work there; otherwise those that are a day old.
    /// - Throws: `DestinationError` with code `misconfigured`.
    package init(
        _ location: S3Location, environment: [String: String],
        transport: (any HTTPTransport)? = nil, settings: S3Settings = S3Settings(),
        soleUploads: S3UploadsAtWork? = nil
    ) throws {
        let transport =
            try transport ?? HTTPSession(HTTPSettings(caFile: location.caFile))
        let source = try AWSCredentialSource(
            accessKey: location.accessKey, accessSecret: location.accessSecret,
            environment: environment)
        client = try S3Client(
            location, credentials: AWSCredentialProvider(source, transport: transport),
            transport: transport)
        self.settings = settings
        self.soleUploads = soleUploads
        root = location.prefix.isEmpty ? "" : location.prefix + "/"
        serverSideEncryption = location.serverSideEncryption
        label = "s3 destination \(location.bucket)/\(location.prefix)"
    }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try ObjectName.check(name)
        return try await put(source, as: name, content, once: true)
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try ObjectName.check(name)
        let content = try await ObjectContent(of: source)
        _ = try await put(source, as: name, content, once: false)
    }

    /// Every write is durable when it has returned.
    package func settle() async throws {}

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try ObjectName.check(name)
        return try await S3Reading(client: client, key: key(name), name: name).body(range)
    }

    package func size(of name: String) async throws -> Int64? {
        try ObjectName.check(name)
        return try await S3Reading(client: client, key: key(name), name: name).size()
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        ObjectListing {
            let listing = S3Listing(
                client: client, root: root, prefix: prefix, depth: depth,
                pageSize: settings.pageSize)
            let walk = PagedListing(prefix) { try await listing.page(from: $0) }
            return { try await walk.nextPage() }
        }
    }

    package func delete(_ names: [String]) async throws {
        for name in names { try ObjectName.check(name) }
        try await S3Deletion(client: client, root: root).delete(names)
    }

    /// Calls off uploads in parts that nobody ends any more.
    ///
    /// - Parameters:
    ///   - prefix: of their objects' names.
    ///   - age: those that began within the last so many seconds may still be at work.
    /// - Returns: how many were called off.
    @discardableResult
    package func removeLeftovers(_ prefix: String, olderThan age: TimeInterval) async throws -> Int
    {
        try ObjectName.check(prefix: prefix)
        let end = Date().addingTimeInterval(-age)
        return try await S3Leftovers(client: client, root: root)
            .remove(prefix) { $0.begun.map { $0 < end } ?? false }
    }

    /// Calls off every upload in parts into a folder that is not at work.
    func removeAllLeftovers(_ folder: String, but uploads: S3UploadsAtWork) async throws {
        try await S3Leftovers(client: client, root: root)
            .remove(folder) { !uploads.mayHold($0.id, of: $0.key) }
    }

    /// The object's key in the bucket.
    func key(_ name: String) -> String { root + name }

    /// The fields of a new object, whichever way it comes to be.
    var objectFields: HTTPFields {
        var fields: HTTPFields = ["Content-Type": "application/octet-stream"]
        if serverSideEncryption { fields["x-amz-server-side-encryption"] = "AES256" }
        return fields
    }
}
