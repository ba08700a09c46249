package import BackupModel

/// Forget that a restore has loaded tables, because they are about to be truncated.
package struct ForgetLoaded: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.forgetLoaded

    package var stagingID: String
    package var tables: [TableName]

    package init(stagingID: String, tables: [TableName]) {
        self.stagingID = stagingID
        self.tables = tables
    }
}
