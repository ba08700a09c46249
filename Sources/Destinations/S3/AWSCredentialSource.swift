/// Where keys come from.
package enum AWSCredentialSource: Sendable, Hashable {
    /// They were given.
    case given(AWSCredentials)
    /// A container's own service.
    case container(url: String, authorization: String?, authorizationFile: String?)
    /// The metadata service of an EC2 instance; without a slash at its end.
    case instance(endpoint: String)

    /// Addresses at which a container's service may be asked without TLS.
    private static let containerHosts: Set<String> = [
        "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "127.0.0.1", "localhost", "[::1]",
    ]

    /// - Parameters:
    ///   - accessKey: the destination's own; empty: what the environment says.
    ///   - environment: of the agent; the variables are those of Amazon's own tools.
    /// - Throws: `DestinationError` where the environment is contradictory.
    package init(
        accessKey: String, accessSecret: String, environment: [String: String]
    ) throws {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if !accessKey.isEmpty {
            self = .given(AWSCredentials(accessKey: accessKey, secretKey: accessSecret))
        } else if let key = value("AWS_ACCESS_KEY_ID"),
            let secret = value("AWS_SECRET_ACCESS_KEY")
        {
            self = .given(
                AWSCredentials(
                    accessKey: key, secretKey: secret, sessionToken: value("AWS_SESSION_TOKEN")))
        } else if let path = value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            self = .container(
                url: "http://169.254.170.2\(path)", authorization: nil, authorizationFile: nil)
        } else if let url = value("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            try Self.checkContainer(url)
            self = .container(
                url: url, authorization: value("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
                authorizationFile: value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
        } else {
            guard value("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
                throw Self.misconfigured(
                    "The destination has no access key, nor has the agent's environment.")
            }
            let endpoint =
                value("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
            self = .instance(
                endpoint: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint)
        }
    }

    private static func checkContainer(_ url: String) throws {
        let authority = HTTPFailure.host(of: url)
        let host = containerHosts.first { authority == $0 || authority.hasPrefix("\($0):") }
        guard url.hasPrefix("https://") || (url.hasPrefix("http://") && host != nil) else {
            throw misconfigured(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https or an address of the host.")
        }
    }

    private static func misconfigured(_ message: String) -> DestinationError {
        DestinationError(code: .misconfigured, object: "", message: message)
    }
}
