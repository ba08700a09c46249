/// How far a request has come.
package struct Progress: Sendable, Hashable {
    package var doneFiles: Int64 = 0
    package var totalFiles: Int64 = 0
    package var doneBytes: Int64 = 0
    package var totalBytes: Int64 = 0

    package init() {}

    /// From 0 to 1; `nil` where it is not known yet how much there is.
    package var share: Double? {
        totalBytes > 0 ? min(1, Double(doneBytes) / Double(totalBytes)) : nil
    }
}
