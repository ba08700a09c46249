package import BackupModel

/// What a destination holds of one node's commitlogs, from a snapshot on. Times are seconds since
/// 1970.
package struct NodeArchive: Codable, Hashable, Sendable {
    package var hostID: HostID
    /// Number of the segment that holds what was written when the snapshot began.
    package var first: Int64?
    /// Number of the one that holds what was written at the moment in question.
    package var last: Int64?
    /// End of the newest segment that is there; `nil` where there is none.
    package var newest: Double?
    /// How far the segments go without a gap from `first` on.
    package var reached: Double?
    /// Where the segments go on after the gap.
    package var following: Double?

    package init(
        hostID: HostID, first: Int64?, last: Int64?, newest: Double?, reached: Double?,
        following: Double?
    ) {
        self.hostID = hostID
        self.first = first
        self.last = last
        self.newest = newest
        self.reached = reached
        self.following = following
    }
}
