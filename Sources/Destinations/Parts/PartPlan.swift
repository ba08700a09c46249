/// How an object is cut into parts.
package struct PartPlan: Sendable, Hashable {
    private static let mebibyte: Int64 = 1 << 20

    /// Bytes of the object, part by part; at least one, which may be empty.
    package let ranges: [Range<Int64>]

    /// - Parameters:
    ///   - partSize: bytes; grown, to whole MiB, where there would be too many parts.
    ///   - mostParts: as many as the store knows of one object.
    package init(size: Int64, partSize: Int64, mostParts: Int64 = 10_000) {
        let needed = (size + mostParts - 1) / mostParts
        let grown = (needed + Self.mebibyte - 1) / Self.mebibyte * Self.mebibyte
        let step = needed > partSize ? grown : partSize
        let starts = size == 0 ? [0] : Array(stride(from: 0, to: size, by: Int(step)))
        ranges = starts.map { $0..<min(size, $0 + step) }
    }
}
