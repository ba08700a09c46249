import Foundation
import NodeAgent
import Testing

/// Passwords and TLS options reach the tools by file or environment, never in an argument list.
struct ToolSecretsTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A tool that writes down what it was called with and what it finds in its environment.
    private func recorder() throws -> String {
        let path = try scratch.write(
            "tool",
            Array(
                """
                #!/bin/sh
                printf '%s\\n' "$@" >"\(scratch.path)/arguments"
                printf '%s' "$JDK_JAVA_OPTIONS" >"\(scratch.path)/options"
                """.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    private func configuration(_ extra: String) throws -> AgentConfiguration {
        let tool = try recorder()
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(scratch.path)/state
            listen: 127.0.0.1:1
            roots: []
            cassandra:
              address: 127.0.0.1
              data_directories: [\(scratch.path)/data]
              nodetool: [\(tool)]
              sstableloader: [\(tool)]
              cqlsh: [\(tool)]
              restart: [/usr/bin/systemctl, restart, cassandra]
            \(extra)
            """
        return try AgentConfiguration(file: scratch.write("agent.yaml", Array(yaml.utf8)))
    }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)
    }

    @Test func `cqlsh finds password and certificates in a file of mode 0600`() async throws {
        try scratch.write("password", Array("s3cret%x\nsecond line".utf8))
        let context = try AgentContext(
            configuration: configuration(
                """
                  cql:
                    host: 127.0.0.1
                    port: 9042
                    user: backup
                    password_file: \(scratch.path)/password
                    tls: {ca_file: /etc/ca.pem, certificate_file: /etc/c.pem, key_file: /etc/k.pem}
                """))
        try await context.cql.execute("SELECT 1")
        let arguments = try read("arguments").split(separator: "\n").map(String.init)
        #expect(
            arguments == [
                "--cqlshrc", "\(scratch.path)/state/cqlshrc", "-e", "SELECT 1", "127.0.0.1", "9042",
            ])
        #expect(
            try read("state/cqlshrc") == """
                [authentication]
                username = backup
                password = s3cret%x
                [connection]
                ssl = true
                [ssl]
                validate = true
                certfile = /etc/ca.pem
                usercert = /etc/c.pem
                userkey = /etc/k.pem

                """)
        let mode =
            try FileManager.default.attributesOfItem(
                atPath: "\(scratch.path)/state/cqlshrc")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `nodetool gets its password file by name and its stores by environment`()
        async throws
    {
        let context = try AgentContext(
            configuration: configuration(
                """
                  cql: {host: 127.0.0.1, port: 9042}
                  jmx: {user: jmx, password_file: /etc/jmx.password, ssl: true}
                  environment: {JDK_JAVA_OPTIONS: "@/etc/java.options"}
                """))
        try await context.nodetool.drain()
        #expect(try read("arguments") == "-u\njmx\n-pwf\n/etc/jmx.password\n--ssl\ndrain\n")
        #expect(try read("options") == "@/etc/java.options")
        #expect(context.configuration.cassandra.restart?.first == "/usr/bin/systemctl")
    }

    @Test func `half of a pair of credentials is refused by its key`() throws {
        let error = #expect(throws: (any Error).self) {
            try configuration("  cql: {host: 127.0.0.1, port: 9042, user: backup}")
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("cassandra.cql"))
    }
}
