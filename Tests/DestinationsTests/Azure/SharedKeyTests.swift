import Destinations
import Foundation
import Testing

@Suite struct SharedKeyTests {
    private let date = Date(timeIntervalSince1970: 1_795_620_991)

    private func key() throws -> SharedKey {
        try SharedKey(account: "devacct", key: Data(0..<64).base64EncodedString())
    }

    @Test(arguments: SharedKeyVector.all)
    func `signs as Microsoft's own code does`(vector: SharedKeyVector) throws {
        let key = try key()
        let signed = key.signed(
            vector.method, path: vector.path, query: vector.query, fields: vector.fields,
            size: vector.size, at: date)
        #expect(signed["x-ms-date"] == "Wed, 25 Nov 2026 15:36:31 GMT")
        #expect(signed["Authorization"] == vector.authorization)
        var dated = vector.fields
        dated["x-ms-date"] = signed["x-ms-date"]
        #expect(
            key.stringToSign(
                vector.method, path: vector.path, query: vector.query, fields: dated,
                size: vector.size) == vector.stringToSign)
    }

    @Test(arguments: ["", "not base64!", "QUJD*"])
    func `a key that is not Base64 is refused and not shown`(text: String) {
        let error = #expect(throws: DestinationError.self) {
            try SharedKey(account: "devacct", key: text)
        }
        #expect(error?.code == .misconfigured)
        #expect(text.isEmpty || error?.message.contains(text) == false)
    }
}
