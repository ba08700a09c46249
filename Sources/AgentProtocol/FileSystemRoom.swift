/// A file system of a node and what is free on it.
package struct FileSystemRoom: Codable, Sendable, Hashable {
    /// Tells it from the node's others.
    package var device: UInt64
    /// Bytes that an ordinary process may still write.
    package var freeBytes: Int64

    package init(device: UInt64, freeBytes: Int64) {
        self.device = device
        self.freeBytes = freeBytes
    }

    enum CodingKeys: String, CodingKey {
        case device
        case freeBytes = "free_bytes"
    }
}
