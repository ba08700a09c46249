import BackupModel
import Certificates
import FoundationEssentials
import Postgres

/// Certifies an agent's key, for the agent that waits for it.
///
/// The request says which key, and the job for which host: whatever else a request holds is not
/// read. So nobody comes to an executor's certificate this way.
package struct SignCertificateDriver: Sendable {
    private let context: JobContext

    package init(context: JobContext) {
        self.context = context
    }

    /// Signs, and notes the certificate in the node's row with the end of the job.
    package func run() async throws {
        let asked = try context.payload(SignCertificateJob.self)
        do {
            try await hand(out: certify(asked), asked)
            context.logger.info("certified an agent", metadata: ["host": "\(asked.hostID)"])
        } catch let refused as CertificateError {
            // It does not pass by trying again.
            try await end(refused)
        }
    }

    private func certify(_ asked: SignCertificateJob) throws -> IssuedCertificate {
        try context.identity.authority.certify(
            CertificateRequest(pem: asked.request),
            as: AgentName(
                cluster: context.job.clusterID, host: asked.hostID.text,
                enrolment: asked.enrolmentID),
            lifetime: context.identity.agentLifetime)
    }

    private func hand(
        out certificate: IssuedCertificate, _ asked: SignCertificateJob
    ) async throws {
        let job = context.job
        let answer = SignCertificateJob.Answer(
            certificate: certificate.pem,
            authority: context.identity.authority.certificate.pem)
        let result = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let noted = try connection.run(
                ExecutionStatement.putCertificate, .text(job.clusterID), .text(asked.hostID.text),
                .text(asked.enrolmentID), .text(certificate.serial),
                .number(certificate.expires.timeIntervalSince1970))
            guard noted.affected == 1 else {
                throw CertificateError(
                    code: .notTrusted, object: asked.hostID.text,
                    message: "The agent has been revoked, or has joined anew.")
            }
            try Outcomes(connection, clusterID: job.clusterID)
                .finishRequest(job, .success, message: nil, result: result)
        }
    }

    private func end(_ refused: CertificateError) async throws {
        let job = context.job
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try Outcomes(connection, clusterID: job.clusterID)
                .finishRequest(job, .error, message: refused.message)
        }
    }
}
