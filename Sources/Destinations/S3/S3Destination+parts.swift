import FoundationEssentials

extension S3Destination {
    /// An upload in parts that was begun so long ago is nobody's any more.
    private static let leftoverAge: TimeInterval = 24 * 3_600

    /// Writes a large object in parts, several at a time. It comes to be when the last request ends
    /// it; whatever fails before leaves nothing.
    func putInParts(
        _ source: any ObjectSource, as name: String, _ content: ObjectContent, once: Bool
    ) async throws -> StoreOutcome {
        // One question is cheap compared with parts that go up in vain.
        if once, try await size(of: name) != nil { return .alreadyThere }
        try await sweep(folderOf: name)
        let upload = try await S3Upload.begin(self, name: name, content: content)
        defer { soleUploads?.end(upload.id) }
        do {
            let parts = try await upload.send(source)
            let outcome = try await upload.complete(parts, once: once)
            if outcome == .alreadyThere { try await upload.abort() }
            return outcome
        } catch {
            throw await upload.calledOff(after: error)
        }
    }

    private func sweep(folderOf name: String) async throws {
        let folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
        guard state.beginsSweep(of: folder) else { return }
        do {
            try await settings.retries.perform {
                if let soleUploads {
                    try await removeAllLeftovers(folder, but: soleUploads)
                } else {
                    try await removeLeftovers(folder, olderThan: Self.leftoverAge)
                }
            }
        } catch let error as DestinationError where !error.mayPass {
            // Not every key may list uploads, nor every store, and a backup can do without. What
            // else is wrong the upload itself will say.
        }
    }
}
