/// The variables of a request: the CGI names (`REQUEST_METHOD`, …) and the HTTP headers, which
/// come as `HTTP_…`. Values are decoded when they are asked for.
package struct Headers: Sendable {
    private let block: [UInt8]
    private let fields: [HeaderField]

    init(block: [UInt8], fields: [HeaderField]) {
        self.block = block
        self.fields = fields
    }

    /// The value of a variable by its exact name; bytes that are not UTF-8 come as U+FFFD.
    package func variable(_ name: StaticString) -> String? {
        bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a variable by its exact name.
    package func bytes(of name: StaticString) -> ArraySlice<UInt8>? {
        for field in fields where field.isNamed(name, in: block) {
            return block[field.value]
        }
        return nil
    }

    /// The value of an HTTP header by its HTTP name, in any case (`"content-type"`).
    package subscript(name: String) -> String? {
        var wanted: [UInt8] = []
        wanted.reserveCapacity(name.utf8.count + 5)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "-"): wanted.append(UInt8(ascii: "_"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): wanted.append(byte - 32)
            default: wanted.append(byte)
            }
        }
        if wanted != Array("CONTENT_TYPE".utf8), wanted != Array("CONTENT_LENGTH".utf8) {
            wanted.insert(contentsOf: Array("HTTP_".utf8), at: 0)
        }
        for field in fields where block[field.name].elementsEqual(wanted) {
            return String(decoding: block[field.value], as: UTF8.self)
        }
        return nil
    }

    /// All variables, in order, as text.
    package var all: [(name: String, value: String)] {
        fields.map {
            (
                String(decoding: block[$0.name], as: UTF8.self),
                String(decoding: block[$0.value], as: UTF8.self)
            )
        }
    }
}
