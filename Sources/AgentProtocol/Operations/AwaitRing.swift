/// Wait until all nodes of the ring are up and normal, as this one sees them.
package struct AwaitRing: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.awaitRing

    /// Seconds.
    package var timeLimit: Int

    package init(timeLimit: Int = 300) {
        self.timeLimit = timeLimit
    }
}
