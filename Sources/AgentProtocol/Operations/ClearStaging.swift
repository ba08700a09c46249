/// Remove a staging folder. One that is not there is removed.
package struct ClearStaging: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.clearStaging

    package var stagingID: String

    package init(stagingID: String) {
        self.stagingID = stagingID
    }
}
