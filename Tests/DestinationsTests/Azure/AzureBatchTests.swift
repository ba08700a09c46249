import Destinations
import Foundation
import Testing

@Suite struct AzureBatchTests {
    private func outcomes(_ lines: [String]) throws -> [Int: AzureFailure?] {
        try AzureBatch.outcomes(
            Array(lines.joined(separator: "\r\n").utf8),
            contentType: "multipart/mixed; boundary=batchresponse_1", about: "o")
    }

    @Test func `each deletion is signed by itself`() throws {
        let key = try SharedKey(account: "devacct", key: Data(0..<64).base64EncodedString())
        let batch = AzureBatch(
            key: key, date: Date(timeIntervalSince1970: 1_795_620_991), boundary: "batch_1")
        let vector = try #require(
            SharedKeyVector.all.first { $0.testDescription.contains("a deletion in a batch") })
        let lines = [
            "--batch_1", "Content-Type: application/http", "Content-Transfer-Encoding: binary",
            "Content-ID: 0", "", "DELETE \(vector.path) HTTP/1.1",
            "x-ms-date: Wed, 25 Nov 2026 15:36:31 GMT", "Authorization: \(vector.authorization)",
            "Content-Length: 0", "", "--batch_1--", "",
        ]
        #expect(
            String(decoding: batch.body(deleting: [vector.path]), as: UTF8.self)
                == lines.joined(separator: "\r\n"))
    }

    @Test func `the answer tells what became of each`() throws {
        let found = try outcomes([
            "--batchresponse_1", "Content-Type: application/http", "Content-ID: 0", "",
            "HTTP/1.1 202 Accepted", "x-ms-request-id: 7", "x-ms-version: 2018-11-09", "",
            "--batchresponse_1", "Content-Type: application/http", "Content-ID: 1", "",
            "HTTP/1.1 404 The specified blob does not exist.", "x-ms-error-code: BlobNotFound",
            "Content-Length: 90", "Content-Type: application/xml", "",
            #"<?xml version="1.0" encoding="utf-8"?>"#,
            "<Error><Code>BlobNotFound</Code><Message>It is not there.</Message></Error>",
            "--batchresponse_1", "Content-Type: application/http", "Content-ID: 2", "",
            "HTTP/1.1 503 Busy", "x-ms-error-code: ServerBusy", "Retry-After: 3",
            "--batchresponse_1--",
        ])
        #expect(found.count == 3)
        #expect(found[0] == .some(nil))
        let missing = try #require(found[1] ?? nil)
        #expect(missing.isBlobMissing)
        #expect(missing.message == "It is not there.")
        let busy = try #require(found[2] ?? nil)
        #expect(busy.code == "ServerBusy")
        #expect(busy.retryAfter == .seconds(3))
    }

    @Test func `a refusal of the batch as such is an error with its words`() {
        let failure = #expect(throws: AzureFailure.self) {
            try outcomes([
                "--batchresponse_1", "Content-Type: application/http", "",
                "HTTP/1.1 400 One of the request inputs is not valid.",
                "x-ms-error-code: InvalidInput", "", "--batchresponse_1--",
            ])
        }
        #expect(failure?.code == "InvalidInput")
        #expect(throws: DestinationError.self) {
            try AzureBatch.outcomes([], contentType: "text/html", about: "o")
        }
    }
}
