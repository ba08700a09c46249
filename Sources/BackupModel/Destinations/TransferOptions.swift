/// How one run sends its files to one destination.
package struct TransferOptions: Hashable, Sendable, Codable {
    /// Whether files that gain from it are stored as zstd.
    package var compressed: Bool
    /// Megabytes (10^6) per second for a node's transfers of this run; `nil` for no limit.
    package var throttle: Double?
    /// Whether the destination's entry (never its data) is removed after the run.
    package var deleteAfterwards: Bool

    package init(compressed: Bool = false, throttle: Double? = nil, deleteAfterwards: Bool = false)
    {
        self.compressed = compressed
        self.throttle = throttle
        self.deleteAfterwards = deleteAfterwards
    }
}
