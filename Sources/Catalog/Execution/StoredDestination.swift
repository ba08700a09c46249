/// A destination's row, its secrets still sealed.
package struct StoredDestination: Sendable, Hashable {
    package var id: String
    /// `local`, `s3` or `azure`.
    package var provider: String
    /// As the API shows it.
    package var path: String
    /// JSON object of its fields as they were given, without secrets.
    package var settings: String
    /// JSON object of its secret fields, sealed; `nil` where it has none.
    package var sealedSecrets: [UInt8]?
}
