/// Deletes blobs: many with each request where the service can do that, else one by one.
struct AzureDeletion: Sendable {
    /// The service deletes one blob after the other before it answers.
    private static let silence = Duration.seconds(120)

    let client: AzureClient
    let settings: AzureSettings
    let state: AzureState
    /// Of all names of the destination; empty, or ends in `/`.
    let root: String

    func delete(_ names: [String]) async throws {
        let batches = stride(from: 0, to: names.count, by: AzureBatch.most).map {
            Array(names[$0..<min($0 + AzureBatch.most, names.count)])
        }
        try await each(batches) { try await deleteBatch($0) }
    }

    private func deleteBatch(_ names: [String]) async throws {
        guard names.count > 1, state.knowsBatches else { return try await deleteEach(names) }
        let batch = AzureBatch(key: client.key, date: client.now())
        let paths = names.map {
            client.endpoint.path(container: client.container, blob: root + $0)
        }
        var request = AzureRequest(
            .post, query: ["comp": "batch"], about: names[0], silence: Self.silence)
        request.fields["Content-Type"] = "multipart/mixed; boundary=\(batch.boundary)"
        request.attach(batch.body(deleting: paths))
        switch try await client.attempt(request) {
        case .success(let answer): try check(answer, names)
        case .failure(let failure) where failure.isUnknownRequest:
            state.lacksBatches()
            try await deleteEach(names)
        case .failure(let failure): throw client.error(failure, about: names[0])
        }
    }

    /// Whether every blob of a batch is gone.
    private func check(_ answer: AzureClient.Answer, _ names: [String]) throws {
        let outcomes = try outcomes(answer, about: names[0])
        let errors = names.enumerated().compactMap { number, name -> DestinationError? in
            switch outcomes[number] {
            case nil: unanswered(name)
            case .some(nil): nil
            case .some(let failure?):
                failure.isBlobMissing ? nil : client.error(failure, about: name)
            }
        }
        guard var error = errors.first(where: { !$0.mayPass }) ?? errors.first else { return }
        if errors.count > 1 { error.message += "; and \(errors.count - 1) more like it" }
        throw error
    }

    private func outcomes(
        _ answer: AzureClient.Answer, about name: String
    ) throws -> [Int: AzureFailure?] {
        do {
            return try AzureBatch.outcomes(
                answer.bytes, contentType: answer.fields["Content-Type"] ?? "", about: name)
        } catch let failure as AzureFailure {
            throw client.error(failure, about: name)
        }
    }

    private func deleteEach(_ names: [String]) async throws {
        try await each(names) { name in
            let request = AzureRequest(.delete, blob: root + name, about: name)
            switch try await client.attempt(request) {
            case .success: break
            case .failure(let failure) where failure.isBlobMissing: break
            case .failure(let failure): throw client.error(failure, about: name)
            }
        }
    }

    /// Works on all elements, some at a time.
    private func each<Element: Sendable>(
        _ elements: [Element], _ work: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, element) in elements.enumerated() {
                if index >= settings.parallelDeletions { try await group.next() }
                group.addTask { try await work(element) }
            }
            try await group.waitForAll()
        }
    }

    private func unanswered(_ name: String) -> DestinationError {
        DestinationError(
            code: .unreachable, object: name,
            message: "\(client.place) does not say whether it deleted \(name)")
    }
}
