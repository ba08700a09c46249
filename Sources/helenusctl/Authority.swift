import ArgumentParser
import Certificates
import Sealing

/// `helenusctl ca create|client`
struct Authority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Keeps the authority that certifies agents and executors.",
        subcommands: [Create.self, Client.self])

    /// `helenusctl ca create FOLDER`
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an authority: ca.key, mode 0600, and ca.pem. One that is there stays.")

        @Argument(help: "The folder; it is made where it is missing.")
        var folder: String

        func run() throws {
            let authority = try CertificateAuthority()
            try authority.write(to: folder)
            print(authority.certificate.fingerprint)
        }
    }

    /// `helenusctl ca client FILE --ca FOLDER`
    struct Client: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key with an executor's certificate, for looking into an agent.",
            discussion: "It commands every agent, together with the agent's own secret. Nobody "
                + "can take it back: it ends by itself.")

        @Argument(help: "The file to write, PEM, mode 0600.")
        var file: String

        @Option(help: "The authority's folder.")
        var ca = "/etc/helenus/ca"

        @Option(help: "Hours for which it holds, 1 to 24.")
        var hours = 1

        func validate() throws {
            guard (1...24).contains(hours) else {
                throw ValidationError("--hours: accepted is 1 to 24")
            }
        }

        func run() throws {
            let key = try CertificateAuthority(folder: ca)
                .newExecutorKey(lifetime: Double(hours) * 3_600)
            try PrivateFile.write(Array(key.pem.utf8), to: file)
        }
    }
}
