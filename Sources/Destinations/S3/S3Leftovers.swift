import FoundationEssentials

/// Uploads in parts that were begun and neither ended nor called off: they cost, and no listing of
/// objects shows them.
struct S3Leftovers: Sendable {
    let client: S3Client
    let root: String

    /// Calls off those of a prefix that began more than `age` seconds ago, as the store's own clock
    /// has it: this host's may differ from it by more than an agent needs to start again.
    ///
    /// - Returns: how many they were.
    func remove(_ prefix: String, olderThan age: TimeInterval) async throws -> Int {
        var removed = 0
        var marker: [(String, String)] = []
        while true {
            let query = [("uploads", ""), ("encoding-type", "url"), ("prefix", root + prefix)]
            let request = S3Request(method: .get, query: query + marker, object: prefix)
            let response = try await client.send(request)
            let page = try await client.document(in: response, of: request)
                .get(about: prefix)
            let now = response.fields["Date"].flatMap(HTTPDate.parse) ?? Date()
            let names = S3Names(page, root: root)
            for upload in page.all("Upload") {
                guard let begun = (upload["Initiated"]?.text).flatMap(HTTPDate.parse),
                    now.timeIntervalSince(begun) > age, let id = upload["UploadId"]?.text
                else { continue }
                try await remove(names.name(upload["Key"]), id)
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
