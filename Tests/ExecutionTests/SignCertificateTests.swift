import BackupModel
import Certificates
import Execution
import Foundation
import JobQueue
import Logging
import Postgres
import Sealing
import Statements
import TestDatabase
import Testing

/// An agent's request for a certificate, done by the executor's own driver in the executor's role.
@Suite struct SignCertificateTests {
    private static let host = "00000000-0000-0000-0000-00000000000a"
    private let database: TestDatabase
    private let identity: ExecutorIdentity
    private let key: NewKey

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        identity = ExecutorIdentity(authority: try CertificateAuthority(), agentLifetime: 600)
        key = try NewKey()
        try run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
            VALUES ('a', '\(Self.host)', '10.0.0.1', 'https://10.0.0.1:8461', '\\x00', '\\x00')
            """)
    }

    private func run(_ script: String) throws { try database.connect().runScript(script) }

    private func ask(_ query: String) throws -> String {
        try database.connect().run(Statement(name: query, text: query))[0].text(0)
    }

    /// How the job ends for a request of the node as it is enrolled now.
    ///
    /// - Parameter change: what happens to the node before an executor comes to it.
    private func sign(_ request: String, change: String = "SELECT 1") async throws -> JobEnding? {
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        let payload = SignCertificateJob(
            hostID: try HostID(Self.host),
            enrolmentID: try ask("SELECT enrolment_id FROM helenus.node"), request: request)
        try run(change)
        let json = String(decoding: try JSONEncoder().encode(payload), as: UTF8.self)
        _ = try await pool.transaction(permitting: .all) { connection in
            try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: "a", requestID: nil, kind: .signCertificate,
                    payload: .plain(json: json), isAwaited: true))
        }
        let order = ClaimOrder(owner: "x", leaseSeconds: 30, limit: 1)
        let job = try await pool.withConnection { connection in
            try JobQueue.exchange(on: connection, [], for: order).claimed[0]
        }
        let keyFile = "\(NSTemporaryDirectory())helenus-key-\(UUID().uuidString)"
        try Data(KeyFile.newLine().utf8).write(to: URL(filePath: keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
        defer { #expect(unlink(keyFile) == 0) }
        let context = JobContext(
            job: job, pool: pool, sealer: try Sealer(keyFile: keyFile), identity: identity,
            logger: Logger(label: "test"), stop: StopReason(isCalledOff: false),
            // It stores more than its end, in one transaction.
            end: { _ in Issue.record("its end was to be stored alone") })
        try await JobDispatch().run(context)
        return try await pool.transaction(permitting: .all) { connection in
            try JobQueue(connection).ending(clusterID: "a", jobID: job.id)
        }
    }

    @Test func `the answer is the agent's certificate, which is noted in the node's row`()
        async throws
    {
        guard case .succeeded(let result?) = try await sign(key.request.pem) else {
            throw CocoaError(.coderValueNotFound)
        }
        let answer = try JSONDecoder().decode(
            SignCertificateJob.Answer.self, from: Data(result.utf8))
        let authority = try AuthorityCertificate(pem: answer.authority)
        #expect(authority.fingerprint == identity.authority.certificate.fingerprint)
        let certified = try key.with(IssuedCertificate(pem: answer.certificate))
        try certified.check(issuedBy: authority, cluster: "a", host: Self.host)
        #expect(
            try ask("SELECT certificate_serial FROM helenus.node")
                == certified.certificate.serial)
        #expect(
            try ask(
                """
                SELECT certificate_expires_at BETWEEN now() + interval '590 seconds'
                    AND now() + interval '601 seconds' FROM helenus.node
                """) == "t")
    }

    @Test(arguments: [
        "UPDATE helenus.node SET revoked_at = now()",
        "UPDATE helenus.node SET enrolment_id = gen_random_uuid()",
        "DELETE FROM helenus.node",
    ])
    func `who was revoked, or has joined anew, gets none`(change: String) async throws {
        #expect(
            try await sign(key.request.pem, change: change)
                == .failed(error: "The agent has been revoked, or has joined anew."))
    }

    @Test func `what is no request ends the job with the reason`() async throws {
        guard case .failed(let error) = try await sign("x") else {
            throw CocoaError(.coderValueNotFound)
        }
        #expect(error.hasPrefix("certificate_request: it is not in PEM form"))
    }
}
