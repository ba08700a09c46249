import Crypto

/// Deletes objects, a thousand with each request.
struct S3Deletion: Sendable {
    private static let most = 1_000
    /// A store may delete one object after the other before it answers.
    private static let silence = Duration.seconds(120)

    let client: S3Client
    let root: String

    func delete(_ names: [String]) async throws {
        for start in stride(from: 0, to: names.count, by: Self.most) {
            try Task.checkCancellation()
            try await deleteBatch(names[start..<min(start + Self.most, names.count)])
        }
    }

    private func deleteBatch(_ names: ArraySlice<String>) async throws {
        let document = Array(S3Document.deletion(names.map { root + $0 }).utf8)
        var request = S3Request(
            method: .post, query: [("delete", "")], body: .bytes(document),
            hash: ObjectContent(of: document).sha256, object: names.first ?? "",
            silence: Self.silence)
        request.fields["Content-Type"] = "application/xml"
        // Every store wants a checksum of this request, and this is the one that all know.
        request.fields["Content-MD5"] = base64(Insecure.MD5.hash(data: document))
        let answer = try await client.document(request)
        let failures = answer.all("Error").filter { $0["Code"]?.text != "NoSuchKey" }
        guard let first = failures.first else { return }
        let name = String((first["Key"]?.text ?? "").dropFirst(root.count))
        var error = S3Failure(of: first).error(about: name, host: client.host)
        if failures.count > 1 { error.message += "; and \(failures.count - 1) more like it" }
        throw error
    }
}
