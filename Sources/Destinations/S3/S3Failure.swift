package import FoundationEssentials

/// What a store says when it does not do what it was asked.
package struct S3Failure: Sendable, Hashable {
    /// Of the answer; 200 where the store thought better of it in the body.
    package var status: Int
    /// The store's own word, such as `NoSuchKey`; made from the status where the answer is empty.
    package var code: String
    /// A sentence, or nothing.
    package var message: String
    /// Where the bucket is, where the store says so.
    package var region: String?
    /// Where to ask instead.
    package var location: String?
    /// The store's clock.
    package var date: Date?
    package var retryAfter: Duration?
    package var requestID: String?

    /// - Parameters:
    ///   - response: its head.
    ///   - document: its body; whatever is no error document counts as empty.
    package init(_ response: HTTPResponse, document: XMLTree?) {
        let error = document?.name == "Error" ? document : nil
        status = response.status
        code = error?["Code"]?.text ?? Self.word(for: response.status)
        message = error?["Message"]?.text ?? ""
        region = response.fields["x-amz-bucket-region"] ?? error?["Region"]?.text
        location = response.fields["Location"]
        date = response.fields["Date"].flatMap(HTTPDate.parse)
        retryAfter = response.retryAfter
        requestID = response.fields["x-amz-request-id"] ?? error?["RequestId"]?.text
    }

    /// The failure of one key among many.
    ///
    /// - Parameter element: an `Error` in the answer to a deletion.
    init(of element: XMLTree) {
        status = 200
        code = element["Code"]?.text ?? "Error"
        message = element["Message"]?.text ?? ""
    }

    /// The failure for whoever asked, with the store's own reason.
    ///
    /// - Parameters:
    ///   - object: what it was about.
    ///   - host: who said so.
    package func error(about object: String, host: String) -> DestinationError {
        let reason = message.isEmpty ? code : "\(code): \(message)"
        let request = requestID.map { ", request \($0)" } ?? ""
        return DestinationError(
            code: destinationCode, object: object,
            message: "\(host) refuses \(object.isEmpty ? "the request" : object): \(reason) "
                + "(HTTP \(status)\(request))",
            retryAfter: retryAfter)
    }

    /// Whether what the request made a condition of is not so.
    var isPreconditionFailed: Bool { status == 412 || code == "PreconditionFailed" }

    /// Whether the store does not know conditions of a write.
    var lacksConditions: Bool { code == "NotImplemented" || code == "UnsupportedArgument" }

    private var destinationCode: DestinationError.Code {
        switch code {
        case "NoSuchKey", "NoSuchBucket", "NoSuchUpload", "NotFound": .notThere
        case "AccessDenied", "SignatureDoesNotMatch", "InvalidAccessKeyId", "ExpiredToken",
            "InvalidToken", "TokenRefreshRequired", "AllAccessDisabled", "AccountProblem",
            "InvalidObjectState", "RequestTimeTooSkewed", "AuthorizationHeaderMalformed":
            .denied
        case "BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch":
            .wrongHash
        case "SlowDown", "TooManyRequests", "RequestLimitExceeded", "Throttling",
            "BandwidthLimitExceeded":
            .throttled
        case "RequestTimeout", "OperationAborted", "ConditionalRequestConflict", "InternalError",
            "ServiceUnavailable", "IncompleteBody":
            .unreachable
        case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded",
            "InsufficientStorage", "StorageFull":
            .noSpace
        case "KeyTooLongError", "InvalidURI": .invalidName
        case "NotImplemented", "MethodNotAllowed": .unsupported
        default: codeByStatus
        }
    }

    private var codeByStatus: DestinationError.Code {
        switch status {
        case 401, 403: .denied
        case 404: .notThere
        case 429: .throttled
        case 507: .noSpace
        case 408, 409, 500...: .unreachable
        default: .misconfigured
        }
    }

    private static func word(for status: Int) -> String {
        switch status {
        case 301: "PermanentRedirect"
        case 307: "TemporaryRedirect"
        case 400: "BadRequest"
        case 401, 403: "AccessDenied"
        case 404: "NotFound"
        case 409: "OperationAborted"
        case 412: "PreconditionFailed"
        case 416: "InvalidRange"
        case 429: "TooManyRequests"
        case 500: "InternalError"
        case 501: "NotImplemented"
        case 503: "ServiceUnavailable"
        case 507: "InsufficientStorage"
        default: "HTTP \(status)"
        }
    }
}
