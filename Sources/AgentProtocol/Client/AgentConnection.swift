import AsyncHTTPClient
package import Certificates
import NIOCore
package import NIOSSL

/// A way to one agent. With TLS it ends at that very agent or nowhere.
package final class AgentConnection: Sendable {
    package let address: AgentAddress
    let http: HTTPClient
    let baseURL: String

    /// For all connections without TLS.
    private static let plain = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: settings)

    private static var settings: HTTPClient.Configuration {
        var settings = HTTPClient.Configuration()
        settings.httpVersion = .http1Only
        settings.timeout.connect = .seconds(10)
        // Whoever calls tries again, and knows for how long.
        settings.connectionPool.retryConnectionEstablishment = false
        return settings
    }

    /// Without TLS, on this machine.
    package init(plain address: AgentAddress) {
        self.address = address
        http = Self.plain
        baseURL = "\(address)"
    }

    /// With TLS.
    ///
    /// - Parameters:
    ///   - name: whose certificate must be shown there.
    ///   - configuration: as `TLSConfiguration.executor` makes it.
    package init(to address: AgentAddress, as name: AgentName, _ configuration: TLSConfiguration) {
        self.address = address
        var settings = Self.settings
        settings.tlsConfiguration = configuration
        // The certificate names the agent, not its address.
        settings.dnsOverride = [name.dns: address.host]
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        baseURL = "https://\(name.dns):\(address.port)"
    }

    deinit {
        guard address.isSecure else { return }
        // Nobody uses it any more, so there is nothing that could fail.
        http.shutdown { _ in }
    }
}
