import Destinations
import Testing

/// What Microsoft's own signing code, that of the Python package azure-storage-blob 12.31.1, answers
/// to requests of the account `devacct`, whose key is the bytes from 0 to 63.
struct SharedKeyVector: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var method: HTTPRequest.Method
    /// Encoded.
    var path: String
    /// Not encoded.
    var query: [String: String] = [:]
    /// Without the date.
    var fields: HTTPFields
    /// Of the body, in bytes.
    var size: Int64 = 0
    var stringToSign: String
    var authorization: String

    /// All are signed at 1795620991 seconds after 1970: Wed, 25 Nov 2026 15:36:31 GMT.
    static let all: [SharedKeyVector] = [
        SharedKeyVector(
            testDescription: "a small blob, written once", method: .put,
            path: "/backups/snapshots/a/b-Data.db",
            fields: [
                "Content-MD5": "FJo5hBlxjWhpi1NTAzSm3w==",
                "Content-Type": "application/octet-stream",
                "If-None-Match": "*",
                "x-ms-blob-type": "BlockBlob",
                "x-ms-version": "2021-12-02",
            ],
            size: 10_007,
            stringToSign: """
                PUT


                10007
                FJo5hBlxjWhpi1NTAzSm3w==
                application/octet-stream



                *


                x-ms-blob-type:BlockBlob
                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/snapshots/a/b-Data.db
                """,
            authorization: "SharedKey devacct:Bo/0rytNEjBYstACgUi6vCLGdPcSZy3PCMhY8kFksC8="),
        SharedKeyVector(
            testDescription: "an empty blob: no length", method: .put,
            path: "/backups/empty",
            fields: [
                "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==",
                "Content-Type": "application/octet-stream",
                "If-None-Match": "*",
                "x-ms-blob-type": "BlockBlob",
                "x-ms-version": "2021-12-02",
            ],
            stringToSign: """
                PUT



                1B2M2Y8AsgTpgAmY7PhCfg==
                application/octet-stream



                *


                x-ms-blob-type:BlockBlob
                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/empty
                """,
            authorization: "SharedKey devacct:1+SQfbNnqePvbd9m87R2Z6q21CE3MCFw4lTWDtOoj6U="),
        SharedKeyVector(
            testDescription: "a part of a blob", method: .get,
            path: "/backups/a/b",
            fields: [
                "x-ms-range": "bytes=9000-99998",
                "x-ms-version": "2021-12-02",
            ],
            stringToSign: """
                GET











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-range:bytes=9000-99998
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                """,
            authorization: "SharedKey devacct:rm0nNI9p7RfA5JsXIRZ7ybmALoLj7hkP+m7HBAHsBU4="),
        SharedKeyVector(
            testDescription: "the standard range", method: .get,
            path: "/backups/a/b",
            fields: [
                "Range": "bytes=0-1",
                "x-ms-version": "2021-12-02",
            ],
            stringToSign: """
                GET










                bytes=0-1
                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                """,
            authorization: "SharedKey devacct:TtW7raX+ji3Lu9TQNWXjetrwQw2C6mR/Zmt2O/f21Xc="),
        SharedKeyVector(
            testDescription: "properties", method: .head,
            path: "/backups/a/b",
            fields: [
                "x-ms-version": "2021-12-02"
            ],
            stringToSign: """
                HEAD











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                """,
            authorization: "SharedKey devacct:4gBnh2d7h+FvOYsdSK8xr7BY0vlHDwF/hXQnyw19aho="),
        SharedKeyVector(
            testDescription: "a listing: the query by name, not encoded", method: .get,
            path: "/backups",
            query: [
                "restype": "container",
                "comp": "list",
                "prefix": "a b/ü+%&=",
                "delimiter": "/",
                "marker": "2!92!MDAwMDE0",
                "maxresults": "5000",
            ],
            fields: [
                "x-ms-version": "2021-12-02"
            ],
            stringToSign: """
                GET











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups
                comp:list
                delimiter:/
                marker:2!92!MDAwMDE0
                maxresults:5000
                prefix:a b/ü+%&=
                restype:container
                """,
            authorization: "SharedKey devacct:6ZaYNUBMIBQPZfOww9oj/a7ByoD+IVg13S1QOMhP+Gw="),
        SharedKeyVector(
            testDescription: "the account in the path stands there twice", method: .get,
            path: "/devacct/backups",
            query: [
                "restype": "container",
                "comp": "list",
                "prefix": "",
            ],
            fields: [
                "x-ms-version": "2021-12-02"
            ],
            stringToSign: """
                GET











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/devacct/backups
                comp:list
                prefix:
                restype:container
                """,
            authorization: "SharedKey devacct:raAErO4pxnsPpIIhEtTUuI+yMe0YErGlHXNC/OMowjw="),
        SharedKeyVector(
            testDescription: "a path with other characters, encoded", method: .delete,
            path: "/devacct/backups/a%20b/%C3%BC%2B%25%23%3F%27%28%29~_-.",
            fields: [
                "x-ms-version": "2021-12-02"
            ],
            stringToSign: """
                DELETE











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/devacct/backups/a%20b/%C3%BC%2B%25%23%3F%27%28%29~_-.
                """,
            authorization: "SharedKey devacct:giI8Dye5L74Q9WaKnfvhBIAr1FV8s/VeOWj5XCXms/M="),
        SharedKeyVector(
            testDescription: "a block", method: .put,
            path: "/backups/a/b",
            query: [
                "comp": "block",
                "blockid": "+/8AAAAAAAAAAAAB",
            ],
            fields: [
                "Content-MD5": "FJo5hBlxjWhpi1NTAzSm3w==",
                "x-ms-version": "2021-12-02",
            ],
            size: 8_388_608,
            stringToSign: """
                PUT


                8388608
                FJo5hBlxjWhpi1NTAzSm3w==







                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                blockid:+/8AAAAAAAAAAAAB
                comp:block
                """,
            authorization: "SharedKey devacct:ar+7HWPiNmKK8NEghvdO6gjl/c3OqSvHCf+ahw+mBP8="),
        SharedKeyVector(
            testDescription: "a block list", method: .put,
            path: "/backups/a/b",
            query: [
                "comp": "blocklist"
            ],
            fields: [
                "Content-MD5": "FJo5hBlxjWhpi1NTAzSm3w==",
                "Content-Type": "application/xml",
                "If-None-Match": "*",
                "x-ms-blob-content-type": "application/octet-stream",
                "x-ms-version": "2021-12-02",
            ],
            size: 120,
            stringToSign: """
                PUT


                120
                FJo5hBlxjWhpi1NTAzSm3w==
                application/xml



                *


                x-ms-blob-content-type:application/octet-stream
                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                comp:blocklist
                """,
            authorization: "SharedKey devacct:vGK2D+/QgaUfCv5GaKF0mOVCwZfQe1yRQy5kXNgumSE="),
        SharedKeyVector(
            testDescription: "a batch", method: .post,
            path: "/devacct/backups",
            query: [
                "restype": "container",
                "comp": "batch",
            ],
            fields: [
                "Content-MD5": "FJo5hBlxjWhpi1NTAzSm3w==",
                "Content-Type": "multipart/mixed; boundary=batch_1",
                "x-ms-version": "2021-12-02",
            ],
            size: 4_711,
            stringToSign: """
                POST


                4711
                FJo5hBlxjWhpi1NTAzSm3w==
                multipart/mixed; boundary=batch_1






                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-version:2021-12-02
                /devacct/devacct/backups
                comp:batch
                restype:container
                """,
            authorization: "SharedKey devacct:RLUNJ9ReuxIkUKKZRYvXgvBuXeW4khCdzlbVYNVAJ0E="),
        SharedKeyVector(
            testDescription: "a deletion in a batch: no version", method: .delete,
            path: "/devacct/backups/a/b",
            fields: [:],
            stringToSign: """
                DELETE











                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                /devacct/devacct/backups/a/b
                """,
            authorization: "SharedKey devacct:fH/PKovvnZEm5DVfMtkJcurdZHFcDgy1m3yFTQGO+PE="),
        SharedKeyVector(
            testDescription: "all other fields", method: .put,
            path: "/backups/a/b",
            query: [
                "timeout": "30",
                "comp": "metadata",
            ],
            fields: [
                "Content-Encoding": "zstd",
                "Content-Language": "de",
                "If-Modified-Since": "Wed, 25 Nov 2026 15:36:31 GMT",
                "If-Match": "\"0x8D\"",
                "If-Unmodified-Since": "Wed, 25 Nov 2026 15:36:31 GMT",
                "x-ms-client-request-id": "abc",
                "X-Ms-Lease-Id": "L",
                "x-ms-version": "2021-12-02",
            ],
            stringToSign: """
                PUT
                zstd
                de




                Wed, 25 Nov 2026 15:36:31 GMT
                "0x8D"

                Wed, 25 Nov 2026 15:36:31 GMT

                x-ms-client-request-id:abc
                x-ms-date:Wed, 25 Nov 2026 15:36:31 GMT
                x-ms-lease-id:L
                x-ms-version:2021-12-02
                /devacct/backups/a/b
                comp:metadata
                timeout:30
                """,
            authorization: "SharedKey devacct:t/z09S1oU2huJd7qX2PHEyt/bKpw5tCQTiPXnPN7Vf0="),
    ]
}
