import BackupModel
import FoundationEssentials
import Postgres
import SCGI
import Sealing

/// `cluster-configs`: the clusters and their configuration, `{section: {property: value}}`.
enum ClusterConfigs {
    /// Properties that are sealed, and masked in answers.
    private static let secretProperties: Set<String> = ["password", "ssl_keystore_password"]
    private static let mask = JSONValue.text("********")

    static func list(_ call: Call) throws -> Response {
        try call.service.database.transaction(
            permitting: call.identity.clusters(atLeast: .viewer)
        ) { connection in
            .text(try connection.run(APIStatement.clusterList)[0].text(0))
        }
    }

    static func show(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            .text(try connection.run(APIStatement.clusterShow, .text(id))[0].text(0))
        }
    }

    /// Answers 201 and the id; the same cluster posted again answers its id again.
    static func add(_ call: Call) throws -> Response {
        let fields = try call.body()
        let cassandra = try fields.section("cassandra")
        guard let seeds = try cassandra.text("seed_hosts"), !seeds.isEmpty else {
            throw APIError.invalid(
                "cassandra.seed_hosts: is missing, accepted is a list of addresses in a string.")
        }
        let name = try fields.text("name") ?? cassandra.text("cluster_name") ?? "Test Cluster"
        let id = String(
            name.unicodeScalars.map { scalar in
                let isWord =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isWord ? Character(scalar) : "_"
            })
        guard PermittedClusters.isClusterID(id) else {
            throw APIError.invalid("name: '\(name)' cannot name a cluster.")
        }
        let (config, secrets) = split(fields.members.filter { $0.key != "name" })
        let sealed = try seal(secrets, call, id)
        return try call.service.database.transaction(permitting: .only(id)) { connection in
            let added = try connection.run(
                APIStatement.clusterAdd, .text(id), .text(name), .text(config.encoded()),
                .bytes(sealed))
            if added.affected == 0 {
                let existing = try decode(
                    connection.run(APIStatement.clusterShow, .text(id))[0].text(0))
                guard case .object(let sections) = existing,
                    case .object(let section)? = sections["cassandra"],
                    section["seed_hosts"] == .text(seeds)
                else {
                    throw APIError.conflict(
                        "There is a cluster \(id) with other seed hosts; give this one a 'name'.")
                }
            }
            try call.audit.note(connection, clusterID: id, status: 201)
            return try .string(id, status: 201)
        }
    }

    static func replace(_ call: Call) throws -> Response {
        try put(call) { new, _ in new }
    }

    static func merge(_ call: Call) throws -> Response {
        try put(call) { new, old in
            var merged = old
            for (section, value) in new {
                guard case .object(let properties) = value,
                    case .object(let existing)? = merged[section]
                else {
                    merged[section] = value
                    continue
                }
                merged[section] = .object(existing.merging(properties) { $1 })
            }
            return merged
        }
    }

    static func remove(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            try connection.run(APIStatement.clusterRemove, .text(id))
            return .text("null")
        }
    }

    private static func put(
        _ call: Call, _ combine: ([String: JSONValue], [String: JSONValue]) -> [String: JSONValue]
    ) throws -> Response {
        let new = try call.body().members
        return try call.inCluster { connection, id in
            let row = try connection.run(APIStatement.clusterShow, .text(id))[0]
            guard case .object(let old) = try decode(row.text(0)) else {
                throw APIError.invalid("The stored configuration is no object.")
            }
            var (config, secrets) = split(combine(new, old))
            if let sealed = try row.optionalBytes(1) {
                let opened = try call.service.sealer.unseal(sealed, for: SealingPlace.cluster(id))
                let kept = try JSONDecoder().decode([String: String].self, from: Data(opened))
                // A masked value means the one that is stored.
                secrets = kept.filter { masked(config, $0.key) }.merging(secrets) { $1 }
            }
            let sealed = try seal(secrets, call, id)
            config = maskAll(config, secrets)
            try connection.run(
                APIStatement.clusterPut, .text(id), .text(config.encoded()), .bytes(sealed))
            return try .string(id)
        }
    }

    /// The configuration with its secrets masked, and the secrets by `section.property`.
    private static func split(_ sections: [String: JSONValue]) -> (JSONValue, [String: String]) {
        var secrets: [String: String] = [:]
        let masked = sections.mapValues { $0 }.map { name, section -> (String, JSONValue) in
            guard case .object(var properties) = section else { return (name, section) }
            for (property, value) in properties where secretProperties.contains(property) {
                guard case .text(let secret) = value, value != mask, !secret.isEmpty else {
                    continue
                }
                secrets["\(name).\(property)"] = secret
                properties[property] = mask
            }
            return (name, .object(properties))
        }
        return (.object(Dictionary(uniqueKeysWithValues: masked)), secrets)
    }

    private static func masked(_ config: JSONValue, _ path: String) -> Bool {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, case .object(let sections) = config,
            case .object(let properties)? = sections[parts[0]]
        else { return false }
        return properties[parts[1]] == mask
    }

    private static func maskAll(_ config: JSONValue, _ secrets: [String: String]) -> JSONValue {
        guard case .object(var sections) = config else { return config }
        for path in secrets.keys {
            let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, case .object(var properties)? = sections[parts[0]] else {
                continue
            }
            properties[parts[1]] = mask
            sections[parts[0]] = .object(properties)
        }
        return .object(sections)
    }

    private static func seal(
        _ secrets: [String: String], _ call: Call, _ id: String
    ) throws -> [UInt8]? {
        guard !secrets.isEmpty else { return nil }
        return try call.service.sealer.seal(
            Array(JSONEncoder().encode(secrets)), for: SealingPlace.cluster(id))
    }

    private static func decode(_ json: String) throws -> JSONValue {
        try JSONValue(parsing: json.utf8)
    }
}

extension Fields {
    /// The members of a member that must be an object; empty where it is missing.
    func section(_ key: String) throws -> Fields {
        switch members[key] {
        case nil, .null?: return Fields(members: [:], path: "\(path)\(key).")
        case .object(let members)?: return Fields(members: members, path: "\(path)\(key).")
        case let other?: throw refused(key, other.kind, "an object")
        }
    }
}
