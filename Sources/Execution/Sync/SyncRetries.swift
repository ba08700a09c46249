/// When a copy that could not be made whole is tried again by itself. Pure.
package enum SyncRetries {
    /// Seconds before each try by itself: 5, 15 and 45 minutes.
    private static let pauses: [Double] = [300, 900, 2_700]

    /// Tries in all, those of later runs included; after them somebody must ask.
    package static let most = 10

    /// Seconds until the next try.
    ///
    /// - Parameter tried: how often it was tried again already.
    /// - Returns: `nil` where only the next run of the cluster tries it again.
    package static func pause(afterRetries tried: Int) -> Double? {
        tried < pauses.count ? pauses[tried] : nil
    }
}
