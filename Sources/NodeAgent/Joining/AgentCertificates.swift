import AgentProtocol
import BackupModel
import Certificates
import FoundationEssentials
import Glibc
package import Logging
import Sealing
import ServiceLifecycle

/// Gets the agent its certificate, and the next one when two thirds of a certificate's life are
/// over.
///
/// Each has a fresh key, which leaves this machine in no form. Key and certificate are one file,
/// so a process that is killed has both or neither, and asks again.
package actor AgentCertificates: Service {
    private let membership: Membership
    private let cluster: String
    private let folder: String
    private let api: AgentAPI
    private let logger: Logger
    private var served: ServedCertificate?

    package init(
        membership: Membership, configuration: AgentConfiguration, api: AgentAPI, logger: Logger
    ) {
        self.membership = membership
        cluster = configuration.cluster
        folder = configuration.stateDirectory
        self.api = api
        self.logger = logger
    }

    private var keyPath: String { Self.keyPath(in: folder) }
    private var authorityPath: String { "\(folder)/ca.pem" }

    private static func keyPath(in folder: String) -> String { "\(folder)/certificate.pem" }

    /// Removes what an agent that joins anew has of an earlier time: executors refuse it.
    static func forget(in folder: String) throws {
        let path = keyPath(in: folder)
        guard unlink(path) == 0 || errno == ENOENT else {
            throw OperationFailure(
                code: .internalError, object: path,
                message: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// The certificate to serve: the one that is kept, while it holds, or a new one; waits for the
    /// API and an executor.
    ///
    /// - Throws: `OperationFailure` where the enrolment token named no authority.
    package func ready() async throws -> ServedCertificate {
        if let served { return served }
        guard membership.authority != nil else {
            throw OperationFailure(
                code: .invalid, object: "enrolment_token_file",
                message: "The agent joined with a token that names no authority. To join again, "
                    + "remove \(folder)/credentials.json and give it a new one.")
        }
        if let kept = kept() {
            served = kept
            return kept
        }
        var pause = 1.0
        while true {
            do {
                let (key, authority) = try await obtain()
                let made = try ServedCertificate(key, trusting: authority)
                served = made
                return made
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning("no certificate yet: \(error)")
            }
            try await Task.sleep(for: .seconds(pause))
            pause = min(60, pause * 2)
        }
    }

    package func run() async throws {
        let served = try await ready()
        do {
            try await cancelWhenGracefulShutdown {
                while true { try await Task.sleep(for: await self.attempt(served)) }
            }
        } catch is CancellationError {
            return
        }
    }

    /// Renews the certificate if it is time; answers when to look again. A clock that was set is
    /// noticed within an hour.
    private func attempt(_ served: ServedCertificate) async -> Duration {
        let now = Date()
        guard served.isDue(at: now) else {
            return .seconds(max(1, min(served.renewal.timeIntervalSince(now), 3_600)))
        }
        do {
            try served.replace(with: await obtain().key)
            logger.info("renewed the certificate", metadata: ["holds_until": "\(served.expires)"])
            // The clocks of the executor and of this machine may differ.
            return .seconds(served.isDue(at: Date()) ? 60 : 1)
        } catch {
            logger.error(
                "cannot renew the certificate, which holds until \(served.expires): \(error)")
            return .seconds(max(1, min(600, served.expires.timeIntervalSinceNow / 20)))
        }
    }

    /// A fresh key with its certificate, checked and kept.
    private func obtain() async throws -> (key: CertifiedKey, authority: AuthorityCertificate) {
        let key = try NewKey()
        let body = try await api.send(
            .post, "agents/\(membership.hostID)/certificate",
            ["certificate_request": key.request.pem], bearer: membership.token)
        let answer = try JSONDecoder().decode(SignCertificateJob.Answer.self, from: body)
        let authority = try AuthorityCertificate(pem: answer.authority)
        guard authority.fingerprint == membership.authority else {
            throw CertificateError(
                code: .notTrusted, object: authority.fingerprint,
                message: "The authority with the fingerprint \(authority.fingerprint) is not the "
                    + "one that the enrolment token named; the agent would have to join again.")
        }
        let certified = try key.with(IssuedCertificate(pem: answer.certificate))
        try certified.check(
            issuedBy: authority, cluster: cluster, host: membership.hostID.text)
        try PrivateFile.write(Array(authority.pem.utf8), to: authorityPath)
        try PrivateFile.write(Array(certified.pem.utf8), to: keyPath)
        return (certified, authority)
    }

    /// What the state directory holds, where it still holds good.
    private func kept() -> ServedCertificate? {
        for path in [keyPath, authorityPath] {
            guard FileManager.default.fileExists(atPath: path) else { return nil }
        }
        do {
            let authority = try AuthorityCertificate(file: authorityPath)
            let key = try CertifiedKey(file: keyPath)
            try key.check(issuedBy: authority, cluster: cluster, host: membership.hostID.text)
            guard authority.fingerprint == membership.authority, key.certificate.holds(at: Date())
            else { return nil }
            return try ServedCertificate(key, trusting: authority)
        } catch {
            logger.warning("asking for a new certificate: \(error)")
            return nil
        }
    }
}
