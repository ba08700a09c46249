/// A small document in memory, to be written.
package struct BytesSource: ObjectSource {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package func open() async throws -> ObjectBody { ObjectBody(bytes) }

    package func open(range: Range<Int64>) async throws -> ObjectBody {
        ObjectBody(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
}
