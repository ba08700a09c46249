package import BackupModel
package import Destinations

/// What a destination has of a host's objects, as an upload asks for it, batch by batch.
///
/// A store is asked by one listing instead of a question per file, and that only when a file comes
/// which the capture has not sent. A folder is asked for each file: that costs next to nothing.
package actor KnownObjects {
    private let target: any Destination
    private let layout: RepositoryLayout
    private let isFolder: Bool
    private let stateDirectory: String
    private var acknowledged: ObjectIndex?
    private var listed: ObjectIndex?

    /// - Parameters:
    ///   - isFolder: whether the destination is one.
    ///   - acknowledged: what this run has stored there already; `nil` for nothing.
    ///   - stateDirectory: where the index of a listing lies.
    package init(
        _ target: any Destination, _ layout: RepositoryLayout, isFolder: Bool,
        acknowledged: ObjectIndex?, in stateDirectory: String
    ) {
        self.target = target
        self.layout = layout
        self.isFolder = isFolder
        self.acknowledged = acknowledged
        self.stateDirectory = stateDirectory
    }

    /// The sizes of those of a batch's objects that are there; `nil`: each is to be asked for.
    package func sizes(of names: [String]) async throws -> [String: Int64]? {
        if let local = target as? LocalDestination {
            let sizes = try await local.sizes(of: names.map(layout.object(named:)))
            return Dictionary(
                zip(names, sizes).compactMap { name, size in size.map { (name, $0) } }
            ) {
                first, _ in first
            }
        }
        // A folder behind a limit of its rate.
        guard !isFolder else { return nil }
        if let acknowledged {
            let sizes = try await acknowledged.sizes(of: names)
            if names.allSatisfy({ sizes[$0] != nil }) { return sizes }
        }
        return try await listing().sizes(of: names)
    }

    private func listing() async throws -> ObjectIndex {
        if let listed { return listed }
        let index = try ObjectIndex(in: stateDirectory)
        try await index.add(objectsOf: layout, on: target)
        // The listing has those too.
        (listed, acknowledged) = (index, nil)
        return index
    }
}
