import Certificates
import Foundation
import Testing

/// The authority in its folder, and what it certifies.
@Suite final class CertificateAuthorityTests {
    private let folder = NSTemporaryDirectory() + "helenus-ca-\(UUID().uuidString)"
    private let name = AgentName(
        cluster: "Test_Cluster", host: "00000000-0000-0000-0000-00000000000a",
        enrolment: "11111111-2222-3333-4444-555555555555")

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch CocoaError.fileNoSuchFile {
            return
        } catch {
            print("CertificateAuthorityTests: \(error)")
        }
    }

    private func mode(_ file: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    private func agentKey(
        of authority: CertificateAuthority, lifetime: Double = 3_600
    ) throws -> CertifiedKey {
        let key = try NewKey()
        let request = try CertificateRequest(pem: key.request.pem)
        return try key.with(authority.certify(request, as: name, lifetime: lifetime))
    }

    @Test func `it is written once, and its key is closed to others`() throws {
        let authority = try CertificateAuthority()
        try authority.write(to: folder)
        #expect(try [mode("ca.key"), mode("ca.pem")] == [0o600, 0o644])
        let other = try CertificateAuthority()
        #expect(throws: CertificateError.self) { try other.write(to: folder) }
        let read = try CertificateAuthority(folder: folder)
        #expect(read.certificate.fingerprint == authority.certificate.fingerprint)
        #expect(
            try AuthorityCertificate(file: "\(folder)/ca.pem").fingerprint
                == authority.certificate.fingerprint)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: "\(folder)/ca.key")
        let open = #expect(throws: CertificateError.self) {
            try CertificateAuthority(folder: folder)
        }
        #expect(open?.code == .tooOpen)
    }

    @Test func `a key without certificate, left by a process that was killed, is replaced`() throws
    {
        try CertificateAuthority().write(to: folder)
        try FileManager.default.removeItem(atPath: "\(folder)/ca.pem")
        let authority = try CertificateAuthority()
        try authority.write(to: folder)
        _ = try CertificateAuthority(folder: folder)
    }

    @Test func `a key that is not its own is refused`() throws {
        try CertificateAuthority().write(to: folder)
        let certificate = "\(folder)/ca.pem"
        try CertificateAuthority().certificate.pem.write(
            toFile: certificate, atomically: true, encoding: .utf8)
        let error = #expect(throws: CertificateError.self) {
            try CertificateAuthority(folder: folder)
        }
        #expect(error?.message.contains("ca.key is not the key of ca.pem") == true)
    }

    @Test func `an agent's certificate is for that host of that cluster, and its own key`() throws {
        let authority = try CertificateAuthority()
        let key = try agentKey(of: authority)
        let certificate = authority.certificate
        try key.check(issuedBy: certificate, cluster: name.cluster, host: name.host)
        for (cluster, host) in [("Other", name.host), (name.cluster, "x")] {
            let error = #expect(throws: CertificateError.self) {
                try key.check(issuedBy: certificate, cluster: cluster, host: host)
            }
            #expect(error?.code == .notTrusted)
        }
        #expect(throws: CertificateError.self) {
            try key.check(
                issuedBy: CertificateAuthority().certificate, cluster: name.cluster,
                host: name.host)
        }
        let stolen = try NewKey().with(key.certificate)
        #expect(throws: CertificateError.self) {
            try stolen.check(issuedBy: certificate, cluster: name.cluster, host: name.host)
        }
        let executor = try authority.newExecutorKey(lifetime: 60)
        #expect(throws: CertificateError.self) {
            try executor.check(issuedBy: certificate, cluster: name.cluster, host: name.host)
        }
    }

    @Test func `it is renewed when two thirds of its life are over`() throws {
        let authority = try CertificateAuthority()
        let now = Date()
        let certificate = try agentKey(of: authority, lifetime: 30 * 86_400).certificate
        #expect(abs(certificate.expires.timeIntervalSince(now) - 30 * 86_400) < 5)
        #expect(abs(certificate.renewal.timeIntervalSince(now) - 20 * 86_400) < 3_600)
        #expect(certificate.holds(at: now) && !certificate.holds(at: now + 31 * 86_400))
        let short = try agentKey(of: authority, lifetime: 9).certificate
        #expect((4...8).contains(short.renewal.timeIntervalSince(now)))
    }

    @Test func `one that was made while the clock was ahead is renewed when it is right again`()
        throws
    {
        let authority = try CertificateAuthority()
        let now = Date()
        let early = try authority.newExecutorKey(lifetime: 86_400, now: now + 7_200).certificate
        #expect(early.isDue(at: now))
        #expect(!early.isDue(at: now + 7_200) && !early.isDue(at: now + 50_000))
        #expect(early.isDue(at: now + 80_000) && early.isDue(at: now + 200_000))
    }

    @Test func `a key and its certificate come back from their file`() throws {
        let authority = try CertificateAuthority()
        let key = try agentKey(of: authority)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let file = "\(folder)/certificate.pem"
        try key.pem.write(toFile: file, atomically: true, encoding: .utf8)
        let read = try CertifiedKey(file: file)
        #expect(read.pem == key.pem && read.certificate.serial == key.certificate.serial)
        try String(key.pem.prefix(200)).write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: CertificateError.self) { try CertifiedKey(file: file) }
        #expect(error?.message.contains("PRIVATE") == false)
    }

    @Test func `a request that is changed, or no request, is refused`() throws {
        let pem = try NewKey().request.pem
        let lines = pem.split(separator: "\n")
        let body = lines.dropFirst().dropLast().joined()
        var der = try #require(Data(base64Encoded: body))
        der[der.count - 1] ^= 1
        let changed =
            "\(lines[0])\n" + der.base64EncodedString(options: .lineLength64Characters)
            + "\n\(lines[lines.count - 1])\n"
        for text in [changed, "", "x", try CertificateAuthority().certificate.pem] {
            let error = #expect(throws: CertificateError.self) {
                try CertificateRequest(pem: text)
            }
            #expect(error?.message.hasPrefix("certificate_request: it ") == true)
        }
    }

    @Test
    func `openssl takes an agent for a server and an executor for a client, and no other way`()
        throws
    {
        let authority = try CertificateAuthority()
        try authority.write(to: folder)
        let agent = try agentKey(of: authority)
        let executor = try authority.newExecutorKey(lifetime: 60)
        for (key, purpose, isGood) in [
            (agent, "sslserver", true), (agent, "sslclient", false),
            (executor, "sslclient", true), (executor, "sslserver", false),
        ] {
            let file = "\(folder)/\(UUID().uuidString).pem"
            try key.certificate.pem.write(toFile: file, atomically: true, encoding: .utf8)
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/openssl")
            openssl.arguments = [
                "verify", "-CAfile", "\(folder)/ca.pem", "-purpose", purpose, file,
            ]
            openssl.standardOutput = FileHandle.nullDevice
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            #expect((openssl.terminationStatus == 0) == isGood, "\(purpose)")
        }
    }
}
