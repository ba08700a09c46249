/// Whether a copy stays, and why.
package struct RetentionVerdict: Hashable, Sendable {
    package var copy: RetainedCopy
    /// Every reason for which it stays; empty: it goes.
    package var reasons: [String]

    package var stays: Bool { !reasons.isEmpty }

    package init(copy: RetainedCopy, reasons: [String]) {
        self.copy = copy
        self.reasons = reasons
    }
}
