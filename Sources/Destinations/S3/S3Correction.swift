package import FoundationEssentials

/// What to do differently so that a request that failed succeeds: the store said it.
package enum S3Correction: Sendable, Hashable {
    /// The bucket is in another region.
    case region(String)
    /// This request goes elsewhere.
    case target(S3Target)
    /// The node's clock is wrong by so many seconds, to be added.
    case clock(TimeInterval)
    /// The bucket's region is not what it was taken for, and must be asked for.
    case askForRegion
    /// Keys that were lent have ended.
    case newCredentials

    /// - Parameters:
    ///   - failure: what the store said.
    ///   - target: whom it was asked of.
    ///   - region: for which it was signed.
    ///   - now: the node's own clock.
    /// - Returns: `nil` where the same again is all that can be done.
    package init?(_ failure: S3Failure, target: S3Target, region: String, now: Date) {
        if let other = failure.region, !other.isEmpty, other != region,
            [301, 307, 400, 403].contains(failure.status)
        {
            self = .region(other)
        } else if failure.status == 307, let location = failure.location,
            let target = target.redirected(to: location)
        {
            self = .target(target)
        } else if failure.code == "RequestTimeTooSkewed", let date = failure.date {
            self = .clock(date.timeIntervalSince(now))
        } else if ["ExpiredToken", "TokenRefreshRequired"].contains(failure.code) {
            self = .newCredentials
        } else if failure.status == 301 || failure.code == "BadRequest" {
            // The answer to HEAD has no body that could tell.
            self = .askForRegion
        } else {
            return nil
        }
    }
}
