import Destinations
import Foundation
import Testing

@Suite struct AzureFailureTests {
    private let now = Date(timeIntervalSince1970: 1_795_620_991)

    private func error(
        _ status: Int, _ code: String?, _ message: String = "", fields: HTTPFields = [:]
    ) throws -> DestinationError {
        let xml = code.map { "<Error><Code>\($0)</Code><Message>\(message)</Message></Error>" }
        let document = try xml.map { try XMLTree(parsing: Array($0.utf8), about: "o") }
        return AzureFailure(status: status, fields: fields, document: document)
            .error(about: "o", in: "container box in the storage account acct", now: now)
    }

    @Test(arguments: [
        (403, "AuthenticationFailed", DestinationError.Code.denied),
        (403, "InsufficientAccountPermissions", .denied), (403, "AccountIsDisabled", .denied),
        (409, "SnapshotsPresent", .denied), (409, "BlobArchived", .denied),
        (404, "BlobNotFound", .notThere),
        (404, "ContainerNotFound", .notThere), (409, "ContainerBeingDeleted", .notThere),
        (503, "ServerBusy", .throttled), (500, "InternalError", .unreachable),
        (500, "OperationTimedOut", .unreachable), (400, "Md5Mismatch", .wrongHash),
        (400, "InvalidUri", .invalidName), (400, "InvalidHeaderValue", .misconfigured),
        (405, "UnsupportedHttpVerb", .unsupported),
    ])
    func `the service's words have their meaning`(
        status: Int, code: String, expected: DestinationError.Code
    ) throws {
        #expect(try error(status, code).code == expected)
    }

    @Test(arguments: [
        (401, DestinationError.Code.denied), (403, .denied), (404, .notThere), (429, .throttled),
        (500, .unreachable), (502, .unreachable), (503, .throttled), (507, .noSpace),
    ])
    func `without words the status must do`(status: Int, expected: DestinationError.Code) throws {
        let error = try error(status, nil)
        #expect(error.code == expected)
        #expect(error.message.contains("HTTP \(status)"))
    }

    @Test func `the provider's reason is in the message, without what repeats`() throws {
        let error = try error(
            403, "AuthorizationFailure", "Not authorized.\nRequestId:1\nTime:2",
            fields: ["x-ms-request-id": "1-2-3"])
        #expect(
            error.message
                == "container box in the storage account acct refuses o: AuthorizationFailure: "
                + "Not authorized. (HTTP 403, request 1-2-3)")
    }

    @Test func `a missing container is named, and that it must be made`() throws {
        let error = try error(404, "ContainerNotFound", "The specified container does not exist.")
        #expect(
            error.message.hasPrefix(
                "there is no container box in the storage account acct; it must be made"))
    }

    @Test func `a clock that is wrong is told where the service refuses the signature`() throws {
        let date: HTTPFields = ["Date": HTTPDate.rfc1123(now.addingTimeInterval(3_600))]
        #expect(
            try error(403, "AuthenticationFailed", fields: date).message.hasSuffix(
                "; this node's clock is 60 minutes behind the service's"))
        let right: HTTPFields = ["Date": HTTPDate.rfc1123(now.addingTimeInterval(5))]
        #expect(
            try error(403, "AuthenticationFailed", fields: right).message.contains("clock")
                == false)
    }

    @Test func `how long the service wants to be left alone is kept`() throws {
        let error = try error(503, "ServerBusy", fields: ["Retry-After": "7"])
        #expect(error.retryAfter == .seconds(7))
        #expect(error.mayPass)
    }
}
