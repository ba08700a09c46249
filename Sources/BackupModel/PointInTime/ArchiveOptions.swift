/// How commitlog segments are shipped to one destination.
package struct ArchiveOptions: Hashable, Sendable, Codable {
    /// Whether segments that gain from it are stored as zstd.
    package var compressed: Bool
    /// Megabytes (10^6) per second for each node; `nil` for no limit.
    package var throttle: Double?

    package init(compressed: Bool = false, throttle: Double? = nil) {
        self.compressed = compressed
        self.throttle = throttle
    }
}
