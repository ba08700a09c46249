import API
import FoundationEssentials
import Logging
import Prefork

/// The settings of `helenus-api`: a file of KEY=VALUE lines, overridden by the environment.
struct APIProcessSettings {
    private let values: [String: String]

    /// - Parameter arguments: `helenus-api --settings FILE`.
    init(arguments: [String]) throws {
        guard arguments.count == 3, arguments[1] == "--settings" else {
            throw SettingsError(message: "usage: helenus-api --settings FILE")
        }
        let text: String
        do {
            text = String(
                decoding: try Data(contentsOf: URL(filePath: arguments[2])), as: UTF8.self)
        } catch {
            throw SettingsError(message: "\(arguments[2]) cannot be read: \(error)")
        }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else {
                throw SettingsError(message: "\(arguments[2]): '\(line)' is no KEY=VALUE")
            }
            values[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        let environment = ProcessInfo.processInfo.environment.filter {
            $0.key.hasPrefix("HELENUS_")
        }
        self.values = values.merging(environment) { $1 }
        _ = (try required("HELENUS_DATABASE"), try required("HELENUS_SOCKET"))
        _ = (try required("HELENUS_KEY_FILE"), try number("HELENUS_WORKERS", 4, 1...511))
        _ = (try authenticates, try number("HELENUS_SESSION_SECONDS", 86_400, 1...31_536_000))
        _ = try requestsPerMinute
        _ = (try seconds, try number("HELENUS_BODY_LIMIT", 1_048_576, 1...(1 << 30)))
    }

    var database: String { values["HELENUS_DATABASE"] ?? "" }
    var socket: String { values["HELENUS_SOCKET"] ?? "" }
    var keyFile: String { values["HELENUS_KEY_FILE"] ?? "" }
    var pidFile: String? { values["HELENUS_PID_FILE"] }
    var bodyLimit: Int { values["HELENUS_BODY_LIMIT"].flatMap { Int($0) } ?? 1_048_576 }

    var logLevel: Logger.Level {
        values["HELENUS_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .info
    }

    var master: MasterSettings {
        get throws {
            MasterSettings(
                workers: try number("HELENUS_WORKERS", 4, 1...511),
                requestTimeLimit: Milliseconds(try seconds * 1_000))
        }
    }

    var worker: WorkerSettings {
        get throws { WorkerSettings(requestTimeLimit: Milliseconds(try seconds * 1_000)) }
    }

    var api: APISettings {
        get throws {
            APISettings(
                deletesAdhocDestinations: values["HELENUS_DELETE_ADHOC_DESTINATIONS"] == "true",
                authenticates: try authenticates,
                sessionSeconds: try number("HELENUS_SESSION_SECONDS", 86_400, 1...31_536_000),
                requestsPerMinute: try requestsPerMinute)
        }
    }

    private var requestsPerMinute: Int {
        get throws { try number("HELENUS_REQUESTS_PER_MINUTE", 60_000, 0...100_000_000) }
    }

    /// Off only where it says so to the letter: a slip of the pen must not open the service.
    private var authenticates: Bool {
        get throws {
            switch values["HELENUS_AUTHENTICATION"] {
            case nil, "on"?: return true
            case "off"?: return false
            case let other?:
                throw SettingsError(
                    message: "HELENUS_AUTHENTICATION: got '\(other)', accepted are on and off")
            }
        }
    }

    private var seconds: Int {
        get throws { try number("HELENUS_REQUEST_TIME_LIMIT", 30, 1...3_600) }
    }

    private func required(_ key: String) throws -> String {
        guard let value = values[key], !value.isEmpty else {
            throw SettingsError(message: "\(key) is missing")
        }
        return value
    }

    private func number(_ key: String, _ standard: Int, _ range: ClosedRange<Int>) throws -> Int {
        guard let text = values[key] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError(
                message: "\(key): got '\(text)', accepted is a whole number in \(range)")
        }
        return number
    }
}
