import BackupModel

/// A destination as a client describes it, checked by the rules of its provider.
struct DestinationEntry {
    let provider: String
    /// What every listing shows as `path`.
    let path: String
    /// Its fields without secrets, those masked.
    let settings: JSONValue
    let secrets: [String: String]
    /// What makes two entries the same place; a place inside another has it and `/` as a prefix.
    let locationKey: String
    private let fields: Fields

    private static let mask = "********"

    /// - Parameter stored: the secrets that a masked value stands for.
    init(_ fields: Fields, stored: [String: String]) throws {
        self.fields = fields
        guard let provider = try fields.text("provider") else {
            throw APIError.invalid("provider: is missing, accepted are local, s3 and azure.")
        }
        self.provider = provider
        let known: [String]
        let secretNames: [String]
        switch provider {
        case "local":
            path = try Self.localPath(fields)
            locationKey = "local:\(path)"
            known = ["path"]
            secretNames = []
        case "s3":
            path = try Self.required(fields, "path")
            let endpoint = try fields.text("endpoint") ?? ""
            locationKey = "s3:\(endpoint):\(path)"
            known = [
                "path", "access_key", "region", "server_side_encryption", "acceleration_mode",
                "throttle_bytes_per_second", "endpoint", "path_style", "ca_file",
            ]
            secretNames = ["access_secret"]
        case "azure":
            let container = try Self.required(fields, "container_name")
            let subfolder = try fields.text("subfolder") ?? ""
            path = subfolder.isEmpty ? container : "\(container)/\(subfolder)"
            let account = try Self.required(fields, "storage_account_name")
            locationKey = "azure:\(account):\(path)"
            known = [
                "storage_account_name", "container_name", "subfolder", "endpoint",
                "throttle_bytes_per_second",
            ]
            secretNames = ["storage_key"]
        default:
            throw APIError.invalid(
                "provider: got '\(provider)', accepted are local, s3 and azure.")
        }
        var settings: [String: JSONValue] = ["provider": .text(provider), "path": .text(path)]
        for name in known where fields.has(name) && name != "path" {
            settings[name] = fields.members[name]
        }
        var secrets: [String: String] = [:]
        for name in secretNames {
            guard let given = try fields.text(name), !given.isEmpty else { continue }
            let secret = given == Self.mask ? stored[name] : given
            guard let secret else {
                throw APIError.invalid("\(name): '\(Self.mask)' stands for none that is stored.")
            }
            secrets[name] = secret
            settings[name] = .text(Self.mask)
        }
        self.settings = .object(settings)
        self.secrets = secrets
    }

    /// What an agent needs to reach it.
    func description(id: String) throws -> DestinationDescription {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        let throttle = Int64(try fields.number("throttle_bytes_per_second", minimum: 0) ?? 0)
        let location: DestinationDescription.Location
        switch provider {
        case "s3":
            location = .s3(
                S3Location(
                    bucket: parts.first ?? "", prefix: parts.count > 1 ? parts[1] : "",
                    region: try fields.text("region") ?? "",
                    accessKey: try fields.text("access_key") ?? "",
                    accessSecret: secrets["access_secret"] ?? "",
                    endpoint: try fields.text("endpoint"),
                    pathStyle: try fields.flag("path_style") ?? false,
                    caFile: try fields.text("ca_file"),
                    serverSideEncryption: try fields.flag("server_side_encryption") ?? false,
                    accelerated: try fields.flag("acceleration_mode") ?? false,
                    throttle: throttle))
        case "azure":
            location = .azure(
                AzureLocation(
                    account: try fields.text("storage_account_name") ?? "",
                    key: secrets["storage_key"] ?? "",
                    container: try fields.text("container_name") ?? "",
                    subfolder: try fields.text("subfolder") ?? "",
                    endpoint: try fields.text("endpoint"), throttle: throttle))
        default:
            location = .local(LocalLocation(path: path))
        }
        return DestinationDescription(id: id, location: location)
    }

    private static func required(_ fields: Fields, _ key: String) throws -> String {
        guard let text = try fields.text(key), !text.isEmpty else {
            throw APIError.invalid("\(key): is missing.")
        }
        return text
    }

    /// An absolute path in its plain form: no empty part, no `.` or `..`.
    private static func localPath(_ fields: Fields) throws -> String {
        let path = try required(fields, "path")
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), !parts.isEmpty, !parts.contains("."), !parts.contains("..")
        else {
            throw APIError.invalid(
                "path: got '\(path)', accepted is an absolute path without '.' and '..'.")
        }
        return "/" + parts.joined(separator: "/")
    }
}
