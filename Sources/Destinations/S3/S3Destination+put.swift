extension S3Destination {
    /// Writes an object, in one request or in parts.
    ///
    /// - Parameter once: leaves an object of the name as it is; else it is replaced.
    func put(
        _ source: any ObjectSource, as name: String, _ content: ObjectContent, once: Bool
    ) async throws -> StoreOutcome {
        guard content.size <= settings.largestWhole else {
            return try await putInParts(source, as: name, content, once: once)
        }
        let conditional = once && state.storesConditionally
        if once, !conditional, try await size(of: name) != nil { return .alreadyThere }
        switch try await client.attempt(
            putRequest(source, as: name, content, conditional: conditional))
        {
        case .done: return .stored
        case .failed(let failure, _) where conditional && failure.isPreconditionFailed:
            return .alreadyThere
        case .failed(let failure, _) where conditional && failure.lacksConditions:
            state.lacksConditions()
            return try await put(source, as: name, content, once: true)
        case .failed(let failure, let host): throw failure.error(about: name, host: host)
        }
    }

    private func putRequest(
        _ source: any ObjectSource, as name: String, _ content: ObjectContent, conditional: Bool
    ) -> S3Request {
        var request = S3Request(
            method: .put, key: key(name), fields: objectFields, hash: content.sha256, object: name)
        request.fields["x-amz-checksum-sha256"] = base64(hexadecimal: content.sha256)
        if conditional { request.fields["If-None-Match"] = "*" }
        let isProven = source.original.proven == content
        request.body = .stream(size: content.size) {
            let body = try await source.open()
            return isProven ? body : body.verified(against: content, name: name)
        }
        return request
    }
}
