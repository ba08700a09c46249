import Crypto
import FoundationEssentials

/// Passwords that were right a moment ago, so that HTTP Basic does not hash at every call.
///
/// Nothing is kept but a keyed hash of the name, the password and the stored hash, under a key that
/// lives and dies with this process. A password that was changed is another stored hash, so it is
/// forgotten at once, in every worker.
package final class RememberedPasswords {
    private let key = SymmetricKey(size: .bits256)
    private let seconds: Double
    private let limit: Int
    private let now: () -> ContinuousClock.Instant
    private var entries: [[UInt8]: ContinuousClock.Instant] = [:]

    /// - Parameters:
    ///   - seconds: for how long a password is remembered.
    ///   - limit: how many at most.
    package init(
        seconds: Double = 60, limit: Int = 256,
        now: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.seconds = seconds
        self.limit = limit
        self.now = now
    }

    /// Remembers a password that was found right.
    package func remember(name: String, password: String, stored: String) {
        if entries.count >= limit { entries = entries.filter { $0.value > now() } }
        if entries.count >= limit { entries = [:] }
        entries[mark(name, password, stored)] = now() + .seconds(seconds)
    }

    /// Whether this very password was right a moment ago.
    package func knows(name: String, password: String, stored: String) -> Bool {
        guard let expiry = entries[mark(name, password, stored)] else { return false }
        return expiry > now()
    }

    /// Lengths stand before the parts, so that no two lists of parts are the same bytes.
    private func mark(_ parts: String...) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: key)
        for part in parts {
            hmac.update(data: Data("\(part.utf8.count):".utf8))
            hmac.update(data: Data(part.utf8))
        }
        return Array(hmac.finalize())
    }
}
