/// A bucket, or a prefix in one, of Amazon S3 or a store that speaks its protocol.
package struct S3Location: Hashable, Sendable, Codable {
    package var bucket: String
    /// Without leading or trailing slash; empty for the whole bucket.
    package var prefix: String
    /// Empty: asked of the store.
    package var region: String
    /// Empty: the environment or the instance's role of the node.
    package var accessKey: String
    package var accessSecret: String
    /// Base URL of an S3-compatible store; `nil` for Amazon's own.
    package var endpoint: String?
    package var pathStyle: Bool
    /// PEM file with the certificate authority of `endpoint`, a path on the node.
    package var caFile: String?
    package var serverSideEncryption: Bool
    package var accelerated: Bool
    /// Bytes per second for all transfers of a node together; 0 for no limit.
    package var throttle: Int64

    package init(
        bucket: String, prefix: String, region: String, accessKey: String, accessSecret: String,
        endpoint: String?, pathStyle: Bool, caFile: String?, serverSideEncryption: Bool,
        accelerated: Bool, throttle: Int64
    ) {
        self.bucket = bucket
        self.prefix = prefix
        self.region = region
        self.accessKey = accessKey
        self.accessSecret = accessSecret
        self.endpoint = endpoint
        self.pathStyle = pathStyle
        self.caFile = caFile
        self.serverSideEncryption = serverSideEncryption
        self.accelerated = accelerated
        self.throttle = throttle
    }
}
