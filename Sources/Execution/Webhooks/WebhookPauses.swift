/// How long a message waits after each attempt that failed. Pure.
package struct WebhookPauses: Hashable, Sendable {
    /// As Standard Webhooks 1.0.0 recommends: three days in all.
    package static let recommended = "5,300,1800,7200,18000,36000,50400,72000,86400"

    private let seconds: [Double]

    /// - Parameter text: seconds, with commas between them.
    /// - Throws: `WebhookFailure`.
    package init(_ text: String) throws {
        seconds = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let pause = Double(part), (0...2_592_000).contains(pause) else {
                throw WebhookFailure(
                    message: "HELENUS_WEBHOOK_PAUSES: got '\(text)', accepted are seconds with "
                        + "commas between them")
            }
            return pause
        }
    }

    /// Seconds until the next attempt; `nil` where there is none.
    ///
    /// - Parameter attempt: the one that failed, from 1 on.
    package func pause(after attempt: Int) -> Double? {
        seconds.indices.contains(attempt - 1) ? seconds[attempt - 1] : nil
    }
}
