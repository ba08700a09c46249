import SystemPackage

/// Reads parts of files that are small by their nature, with a limit all the same.
enum SmallFile {
    /// The whole text; at most `limit` bytes.
    static func text(path: String, limit: Int = 1 << 20) throws -> String {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while bytes.count < limit {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { break }
                bytes += buffer.prefix(count)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The last bytes of a file of the given size.
    static func tail(path: String, size: Int64, count: Int) throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            var buffer = [UInt8](repeating: 0, count: count)
            let read = try buffer.withUnsafeMutableBytes {
                try file.read(fromAbsoluteOffset: max(0, size - Int64(count)), into: $0)
            }
            return Array(buffer.prefix(read))
        }
    }
}
