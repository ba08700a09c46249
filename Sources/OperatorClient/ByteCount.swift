/// Bytes for people: in powers of 1,024, with one digit after the point.
package struct ByteCount: Sendable, Hashable, CustomStringConvertible {
    private let bytes: Int64

    package init(_ bytes: Int64) { self.bytes = bytes }

    package var description: String {
        var size = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
            if size < 1_024 || unit == "TiB" {
                return unit == "B" ? "\(bytes) B" : "\((size * 10).rounded() / 10) \(unit)"
            }
            size /= 1_024
        }
        return "\(bytes) B"
    }
}
