package import BackupModel
import FoundationEssentials

extension DestinationDescription {
    /// Reads a destination as the catalog keeps it.
    ///
    /// - Parameters:
    ///   - settings: a JSON object of its fields without secrets.
    ///   - secrets: its secret fields.
    package init(id: String, provider: String, settings: String, secrets: [String: String]) throws {
        let fields = try JSONDecoder().decode([String: StoredField].self, from: Data(settings.utf8))
            .mapValues(\.text)
        func field(_ name: String) -> String { fields[name] ?? "" }
        func flag(_ name: String) -> Bool { ["true", "1"].contains(field(name).lowercased()) }
        let parts = field("path").split(separator: "/", maxSplits: 1).map(String.init)
        let throttle = Int64(field("throttle_bytes_per_second")) ?? 0
        switch provider {
        case "local":
            self.init(id: id, location: .local(LocalLocation(path: field("path"))))
        case "s3":
            self.init(
                id: id,
                location: .s3(
                    S3Location(
                        bucket: parts.first ?? "", prefix: parts.count > 1 ? parts[1] : "",
                        region: field("region"), accessKey: field("access_key"),
                        accessSecret: secrets["access_secret"] ?? "",
                        endpoint: fields["endpoint"], pathStyle: flag("path_style"),
                        caFile: fields["ca_file"],
                        serverSideEncryption: flag("server_side_encryption"),
                        accelerated: flag("acceleration_mode"), throttle: throttle)))
        case "azure":
            self.init(
                id: id,
                location: .azure(
                    AzureLocation(
                        account: field("storage_account_name"),
                        key: secrets["storage_key"] ?? "", container: field("container_name"),
                        subfolder: field("subfolder"), endpoint: fields["endpoint"],
                        throttle: throttle)))
        default:
            throw InvalidName(
                kind: "provider of a destination", text: provider,
                accepted: "local, s3 and azure")
        }
    }
}

/// A field of a destination: text, a number or a flag, as text.
private struct StoredField: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self.text = text
        } else if let flag = try? value.decode(Bool.self) {
            text = String(flag)
        } else {
            text = String(try value.decode(Int64.self))
        }
    }
}
