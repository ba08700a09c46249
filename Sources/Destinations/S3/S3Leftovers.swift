import FoundationEssentials

/// Uploads in parts that were begun and neither ended nor called off: they cost, and no listing of
/// objects shows them.
struct S3Leftovers: Sendable {
    let client: S3Client
    let root: String

    /// An upload in parts that the store knows.
    struct Upload: Sendable {
        var id: String
        /// Of its object.
        var key: String
        /// By the store's clock; `nil` where the store does not tell.
        var begun: Date?
    }

    /// Calls off those of a prefix that are leftovers.
    ///
    /// - Returns: how many they were.
    @discardableResult
    func remove(
        _ prefix: String, where isLeftover: @Sendable (Upload) -> Bool
    ) async throws -> Int {
        var removed = 0
        var marker: [(String, String)] = []
        while true {
            let query = [("uploads", ""), ("encoding-type", "url"), ("prefix", root + prefix)]
            let page = try await client.document(
                S3Request(method: .get, query: query + marker, object: prefix))
            let names = S3Names(page, root: root)
            for upload in page.all("Upload") {
                guard let id = upload["UploadId"]?.text else { continue }
                let name = try names.name(upload["Key"])
                let begun = (upload["Initiated"]?.text).flatMap(HTTPDate.parse)
                guard isLeftover(Upload(id: id, key: root + name, begun: begun)) else { continue }
                try await remove(name, id)
                removed += 1
            }
            guard page["IsTruncated"]?.text == "true", let key = page["NextKeyMarker"],
                let id = page["NextUploadIdMarker"]?.text
            else { return removed }
            marker = try [("key-marker", root + names.name(key)), ("upload-id-marker", id)]
        }
    }

    private func remove(_ name: String, _ id: String) async throws {
        let request = S3Request(
            method: .delete, key: root + name, query: [("uploadId", id)], object: name)
        switch try await client.attempt(request) {
        case .done: return
        // Somebody else ended it or called it off.
        case .failed(let failure, _) where failure.status == 404: return
        case .failed(let failure, let host): throw failure.error(about: name, host: host)
        }
    }
}
