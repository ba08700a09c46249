import AgentProtocol
import BackupModel
import Certificates
import Foundation
import Glibc
import Hummingbird
import Logging
import NIOSSL
import NodeAgent

/// The agent's real server with a certificate, on a free port of loopback, and ways to it.
struct AgentUnderTest {
    static let secret = "the-executor's-secret"

    let fixture: RepositoryFixture
    let authority: CertificateAuthority
    let name: AgentName
    let served: ServedCertificate
    let port: Int

    /// - Parameter now: when its certificate was signed, for an hour.
    init(now: Date = Date()) throws {
        fixture = try RepositoryFixture()
        authority = try CertificateAuthority()
        name = Self.name(1)
        served = try ServedCertificate(
            Self.agentKey(of: authority, name, now: now), trusting: authority.certificate)
        port = try Self.freePort()
    }

    /// The same host, as it joined for the `enrolment`th time.
    static func name(_ enrolment: Int) -> AgentName {
        AgentName(
            cluster: "c", host: "00000000-0000-0000-0000-00000000000a",
            enrolment: "00000000-0000-0000-0000-00000000000\(enrolment)")
    }

    static func agentKey(
        of authority: CertificateAuthority, _ name: AgentName, now: Date = Date()
    ) throws -> CertifiedKey {
        let key = try NewKey()
        return try key.with(
            authority.certify(key.request, as: name, lifetime: 3_600, now: now))
    }

    /// Lets the server run while `body` does.
    func serving(_ body: () async throws -> Void) async throws {
        let table = try OperationTable(
            context: fixture.context, logger: Logger(label: "test"))
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let server = AgentService(table: table, secret: Self.secret) {
            throw OperationFailure(code: .nodeDown, object: "", message: "")
        }.application(host: "127.0.0.1", port: port, certificate: served, logger: quiet)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await body()
    }

    /// A client that proves itself with `key` and asks for the agent of that name.
    func client(
        _ key: CertifiedKey?, _ name: AgentName? = nil, trusting other: CertificateAuthority? = nil
    ) throws -> AgentClient {
        let trusted = (other ?? authority).certificate
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let key {
            configuration = try .executor(key, trusting: trusted)
        } else {
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(trusted.pem.utf8)))
        }
        let connection = AgentConnection(
            to: try AgentAddress(url: "https://127.0.0.1:\(port)"), as: name ?? self.name,
            configuration)
        return AgentClient(secret: Self.secret) { connection }
    }

    func executor() throws -> CertifiedKey { try authority.newExecutorKey(lifetime: 60) }

    /// Has the agent do something small; waits as long as `patience` for it to answer.
    func ask(_ client: AgentClient, patience: Double = 0) async throws {
        _ = try await client.perform(
            ListLoaded(stagingID: "r"), id: UUID().uuidString,
            fence: Fence(jobID: UUID().uuidString, epoch: 1), requestID: "", patience: patience)
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
