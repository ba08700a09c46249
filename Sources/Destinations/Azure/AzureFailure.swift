package import FoundationEssentials

/// What the blob service says when it does not do what it was asked.
package struct AzureFailure: Error, Sendable, Hashable {
    /// A difference of clocks that the service does not put up with is 15 minutes.
    private static let worthTelling: TimeInterval = 10 * 60

    /// Of the answer.
    package var status: Int
    /// The service's own word, such as `BlobNotFound`; `HTTP 404` where it has none.
    package var code: String
    /// A sentence, or nothing.
    package var message: String
    /// The service's clock.
    package var date: Date?
    package var retryAfter: Duration?
    package var requestID: String?

    /// - Parameter document: the body; whatever is no error document counts as empty.
    package init(status: Int, fields: HTTPFields, document: XMLTree?) {
        let error = document?.name == "Error" ? document : nil
        self.status = status
        code = fields["x-ms-error-code"] ?? error?["Code"]?.text ?? "HTTP \(status)"
        // The lines after the first repeat the request's id and the time.
        message = error?["Message"]?.text.split(separator: "\n").first.map(String.init) ?? ""
        date = fields["Date"].flatMap(HTTPDate.parse)
        retryAfter = HTTPResponse(status: status, fields: fields, body: .empty).retryAfter
        requestID = fields["x-ms-request-id"]
    }

    /// The failure for whoever asked, with the service's own reason.
    ///
    /// - Parameters:
    ///   - object: what it was about.
    ///   - place: container and account, for a person.
    ///   - now: the time of this node's clock.
    package func error(about object: String, in place: String, now: Date) -> DestinationError {
        let reason = message.isEmpty ? code : "\(code): \(message)"
        let request = requestID.map { ", request \($0)" } ?? ""
        let what = isContainerMissing ? "there is no \(place)" : "\(place) refuses \(named(object))"
        let hint = isContainerMissing ? "; it must be made before backups go there" : ""
        return DestinationError(
            code: destinationCode, object: object,
            message: "\(what)\(hint): \(reason) (HTTP \(status)\(request))" + skew(now),
            retryAfter: retryAfter)
    }

    /// Whether there is no such blob in a container that is there. Any other 404 may come from
    /// something that is no blob service at all.
    package var isBlobMissing: Bool { code == "BlobNotFound" }

    /// Whether a blob was not written because one of its name is there. Where a policy makes blobs
    /// immutable, that may be said first.
    package var isBlobThere: Bool {
        ["BlobAlreadyExists", "ConditionNotMet", "BlobImmutableDueToPolicy"].contains(code)
    }

    /// Whether the service does not understand the request as such.
    package var isUnknownRequest: Bool {
        [400, 404, 405, 501].contains(status) && !isContainerMissing
    }

    private var isContainerMissing: Bool { code == "ContainerNotFound" }

    private func named(_ object: String) -> String { object.isEmpty ? "the request" : object }

    private func skew(_ now: Date) -> String {
        guard code == "AuthenticationFailed", let date else { return "" }
        let seconds = now.timeIntervalSince(date)
        guard abs(seconds) > Self.worthTelling else { return "" }
        return "; this node's clock is \(Int(abs(seconds) / 60)) minutes "
            + (seconds > 0 ? "ahead of" : "behind") + " the service's"
    }

    private var destinationCode: DestinationError.Code {
        switch code {
        case "Md5Mismatch", "InvalidMd5": .wrongHash
        case "ServerBusy": .throttled
        case "ContainerBeingDeleted", "ContainerNotFound": .notThere
        case "InvalidResourceName", "InvalidUri", "OutOfRangeInput": .invalidName
        case "UnsupportedHttpVerb", "NotImplemented": .unsupported
        case "SnapshotsPresent", "BlobImmutableDueToPolicy", "LeaseIdMissing", "BlobArchived",
            "BlobBeingRehydrated", "InvalidBlobType":
            .denied
        default: codeByStatus
        }
    }

    private var codeByStatus: DestinationError.Code {
        switch status {
        case 401, 403: .denied
        case 404: .notThere
        case 429, 503: .throttled
        case 405, 501: .unsupported
        case 507: .noSpace
        case 408, 409, 412, 500...: .unreachable
        default: .misconfigured
        }
    }
}
