import SystemPackage
import Yams

/// What the agent needs of a node's `cassandra.yaml`.
package struct CassandraConfiguration: Sendable, Hashable {
    package var clusterName: String
    /// Class name without its package, such as `Murmur3Partitioner`.
    package var partitioner: String
    package var dataDirectories: [String]
    package var commitLogDirectory: String?
    package var savedCachesDirectory: String?
    /// Where hints lie since version 3.0.
    package var hintsDirectory: String?
    /// Addresses at which nodes look for the ring when they start.
    package var seeds: [String]
    /// The address that other nodes know: broadcast, or listen address; `nil` where neither is set.
    package var address: String?
    package var rpcAddress: String?
    package var nativePort: Int

    package init(
        clusterName: String, partitioner: String, dataDirectories: [String],
        commitLogDirectory: String?, savedCachesDirectory: String? = nil,
        hintsDirectory: String? = nil, seeds: [String] = [], address: String?,
        rpcAddress: String?, nativePort: Int
    ) {
        self.clusterName = clusterName
        self.partitioner = partitioner
        self.dataDirectories = dataDirectories
        self.commitLogDirectory = commitLogDirectory
        self.savedCachesDirectory = savedCachesDirectory
        self.hintsDirectory = hintsDirectory
        self.seeds = seeds
        self.address = address
        self.rpcAddress = rpcAddress
        self.nativePort = nativePort
    }

    /// From YAML text. What is missing has Cassandra's own default, as far as it has one.
    package init(yaml: String) throws(CassandraConfigurationError) {
        let members: [String: any Sendable]
        var seeds: [String] = []
        do {
            guard let node = try Yams.compose(yaml: yaml)?.mapping else {
                throw CassandraConfigurationError(sentence: "it is no mapping")
            }
            for provider in node["seed_provider"]?.sequence.map(Array.init) ?? [] {
                for parameters in provider["parameters"]?.sequence.map(Array.init) ?? [] {
                    seeds += (parameters["seeds"]?.string ?? "").split(separator: ",").map {
                        $0.trimmed
                    }
                }
            }
            members = Dictionary(
                node.compactMap { key, value -> (String, any Sendable)? in
                    guard let key = key.string else { return nil }
                    if let list = value.sequence { return (key, list.compactMap(\.string)) }
                    return value.string.map { (key, $0) }
                }, uniquingKeysWith: { _, last in last })
        } catch let error as CassandraConfigurationError {
            throw error
        } catch {
            throw CassandraConfigurationError(sentence: "\(error)")
        }
        func text(_ key: String) -> String? {
            guard let value = members[key] as? String, !value.isEmpty, value != "null" else {
                return nil
            }
            return value
        }
        let directories =
            members["data_file_directories"] as? [String]
            ?? text("data_file_directories").map { [$0] } ?? ["/var/lib/cassandra/data"]
        self.init(
            clusterName: text("cluster_name") ?? "Test Cluster",
            partitioner: (text("partitioner") ?? "Murmur3Partitioner")
                .split(separator: ".").last.map(String.init) ?? "Murmur3Partitioner",
            dataDirectories: directories,
            commitLogDirectory: text("commitlog_directory"),
            savedCachesDirectory: text("saved_caches_directory"),
            hintsDirectory: text("hints_directory"), seeds: seeds,
            address: text("broadcast_address") ?? text("listen_address"),
            rpcAddress: text("broadcast_rpc_address") ?? text("rpc_address"),
            nativePort: text("native_transport_port").flatMap { Int($0) } ?? 9042)
    }

    /// From a file of at most 4 MiB.
    package init(path: String) throws {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        let bytes = try file.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while bytes.count < 4 << 20 {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { break }
                bytes += buffer.prefix(count)
            }
            return bytes
        }
        try self.init(yaml: String(decoding: bytes, as: UTF8.self))
    }
}
