import FoundationEssentials
import Glibc
import Logging
package import Settings
import Yams

extension AgentConfiguration {
    /// What would be in the way of a start or of the agent's work, found without changing anything.
    ///
    /// - Throws: `OperationFailure` where the file cannot be used at all.
    package static func report(on file: String) throws -> SettingsReport {
        let configuration = try AgentConfiguration(file: file)
        var report = SettingsReport()
        report.add(
            unknown: try unknownKeys(
                in: String(decoding: Data(contentsOf: URL(filePath: file)), as: UTF8.self)))
        configuration.check(&report)
        configuration.cassandra.check(&report)
        return report
    }

    /// Keys that the agent does not know, such as `cassandra.nodetol`.
    package static func unknownKeys(in yaml: String) throws -> [String] {
        let tree = KnownKeys(
            of: CodingKeys.self,
            [
                "priority": KnownKeys(of: ProcessPriority.CodingKeys.self),
                "cassandra": KnownKeys(
                    of: Cassandra.CodingKeys.self,
                    [
                        "cql": KnownKeys(
                            of: CQL.CodingKeys.self, ["tls": KnownKeys(of: TLS.CodingKeys.self)]),
                        "jmx": KnownKeys(of: JMX.CodingKeys.self),
                    ]),
            ])
        guard let document = try Yams.compose(yaml: yaml) else { return [] }
        return tree.unknown(in: document, path: [])
    }

    private func check(_ report: inout SettingsReport) {
        report.check("log_level") {
            guard let logLevel, Logger.Level(rawValue: logLevel) == nil else { return [] }
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            return ["got '\(logLevel)', accepted are \(levels)"]
        }
        report.check("roots") {
            roots.filter { !$0.hasPrefix("/") }.map { "'\($0)' is no absolute path" }
        }
        report.check("state_directory") {
            try PathCheck.canWrite(in: stateDirectory)
            return try Membership(in: stateDirectory) == nil ? joiningProblems() : []
        }
        report.attempt("staging_directory") { try PathCheck.canWrite(in: staging) }
        report.attempt("script_directory") {
            if let scriptDirectory { try ScriptDirectory(scriptDirectory).check() }
        }
        report.attempt("archive_program") {
            if let archiveProgram { try PathCheck.canRun(archiveProgram) }
        }
    }

    /// Why the agent, which has not joined yet, could not.
    private func joiningProblems() -> [String] {
        guard let enrolmentTokenFile else {
            return ["the agent has not joined, and enrolment_token_file is missing"]
        }
        return access(enrolmentTokenFile, R_OK) == 0
            ? [] : ["the agent has not joined, and \(enrolmentTokenFile) cannot be read"]
    }
}

extension AgentConfiguration.Cassandra {
    fileprivate func check(_ report: inout SettingsReport) {
        for (key, command) in [
            ("nodetool", nodetool), ("sstableloader", sstableloader), ("cqlsh", cqlsh),
            ("start", start ?? []), ("stop", stop ?? []), ("restart", restart ?? []),
        ] {
            report.attempt("cassandra.\(key)") {
                if let program = command.first { try PathCheck.canRun(program) }
            }
        }
        for folder in dataDirectories {
            report.attempt("cassandra.data_directories") { try PathCheck.canRead(folder) }
        }
        report.attempt("cassandra.yaml") {
            if let yaml { _ = try CassandraConfiguration(path: yaml) }
        }
        for (key, file) in [
            ("cql.cqlshrc", cql.cqlshrc), ("cql.password_file", cql.passwordFile),
            ("cql.tls.ca_file", cql.tls?.caFile),
            ("cql.tls.certificate_file", cql.tls?.certificateFile),
            ("cql.tls.key_file", cql.tls?.keyFile), ("jmx.password_file", jmx?.passwordFile),
        ] {
            report.attempt("cassandra.\(key)") { if let file { try PathCheck.canRead(file) } }
        }
    }
}
