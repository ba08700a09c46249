/// Where one name and its value lie in a header block.
struct HeaderField: Sendable {
    private var start: UInt32
    private var nameEnd: UInt32
    private var end: UInt32

    /// The bytes of the name.
    var name: Range<Int> { Int(start)..<Int(nameEnd) }
    /// The bytes of the value, without the NUL.
    var value: Range<Int> { Int(nameEnd) + 1..<Int(end) }

    /// Whether the field's name is this one, byte for byte.
    func isNamed(_ expected: StaticString, in block: [UInt8]) -> Bool {
        let name = name
        guard name.count == expected.utf8CodeUnitCount else { return false }
        return block.withUnsafeBufferPointer { bytes in
            UnsafeBufferPointer(rebasing: bytes[name]).elementsEqual(
                UnsafeBufferPointer(start: expected.utf8Start, count: name.count))
        }
    }

    /// Cuts a whole block into its fields, in order.
    static func split(_ block: [UInt8], limit: Int) throws(RequestError) -> [HeaderField] {
        guard block.last == 0 else {
            throw RequestError(.badHeaders, "The header block does not end in a NUL.")
        }
        var fields: [HeaderField] = []
        fields.reserveCapacity(32)
        var start = 0
        while start < block.count {
            guard fields.count < limit else {
                throw RequestError(.tooManyHeaders, "There are more than \(limit) headers.")
            }
            guard let nameEnd = endOfText(in: block, from: start), nameEnd > start else {
                throw RequestError(.badHeaders, "A header has no name.")
            }
            guard let end = endOfText(in: block, from: nameEnd + 1) else {
                throw RequestError(.badHeaders, "The last header has no value.")
            }
            fields.append(
                HeaderField(start: UInt32(start), nameEnd: UInt32(nameEnd), end: UInt32(end)))
            start = end + 1
        }
        try refuseDuplicates(fields, in: block)
        return fields
    }

    private static func endOfText(in block: [UInt8], from start: Int) -> Int? {
        block[start...].firstIndex(of: 0)
    }

    /// Compares each name with those of its length and last byte: at most 128 fields, most of
    /// which differ in one of the two, so this is cheaper than a set of strings.
    private static func refuseDuplicates(
        _ fields: [HeaderField], in block: [UInt8]
    ) throws(RequestError) {
        let duplicate = block.withUnsafeBufferPointer { bytes -> Bool in
            for (index, field) in fields.enumerated() {
                let name = field.name
                let last = bytes[name.upperBound - 1]
                for earlier in fields[..<index] {
                    let other = earlier.name
                    if other.count == name.count, bytes[other.upperBound - 1] == last,
                        bytes[other].elementsEqual(bytes[name])
                    {
                        return true
                    }
                }
            }
            return false
        }
        if duplicate {
            throw RequestError(.duplicateHeader, "A header name stands twice.")
        }
    }
}
