/// An agent's request for a certificate: the payload of a job of kind `sign_certificate`.
package struct SignCertificateJob: Hashable, Sendable, Codable {
    package var hostID: HostID
    /// The agent's enrolment when it asked, a UUID in lower case.
    package var enrolmentID: String
    /// PEM of a PKCS #10 request.
    package var request: String

    package init(hostID: HostID, enrolmentID: String, request: String) {
        self.hostID = hostID
        self.enrolmentID = enrolmentID
        self.request = request
    }

    /// The job's answer, which the API hands on as it is.
    package struct Answer: Hashable, Sendable, Codable {
        /// PEM.
        package var certificate: String
        /// PEM of the authority's own certificate.
        package var authority: String

        package init(certificate: String, authority: String) {
            self.certificate = certificate
            self.authority = authority
        }
    }
}
