/// A container of Azure Blob Storage, or a folder in one.
package struct AzureLocation: Hashable, Sendable, Codable {
    package var account: String
    /// Base64, as Azure shows it.
    package var key: String
    package var container: String
    /// Without leading or trailing slash; empty for the whole container.
    package var subfolder: String
    /// Base URL of the blob service; `nil` for Azure's own.
    package var endpoint: String?
    /// Bytes per second for all transfers of a node together; 0 for no limit.
    package var throttle: Int64

    package init(
        account: String, key: String, container: String, subfolder: String, endpoint: String?,
        throttle: Int64
    ) {
        self.account = account
        self.key = key
        self.container = container
        self.subfolder = subfolder
        self.endpoint = endpoint
        self.throttle = throttle
    }
}
