import BackupModel
import FoundationEssentials

/// What `<tag>/<keyspace>/schema.json` says, whoever wrote it.
///
/// Ours is a `KeyspaceSchema`. How OpsCenter's looks inside is told nowhere, so of a document that
/// is not ours every string that holds CQL is taken, in the order of the document, or the whole
/// file where it is no JSON.
struct StoredSchemaText {
    /// The most that is read of one.
    static let limit = 16 << 20

    private let bytes: Data

    init(_ bytes: Data) {
        self.bytes = bytes
    }

    /// The statements that make something, in the order in which they can be run.
    func statements() -> [CQLStatement] {
        let texts: [String]
        if let ours = try? JSONDecoder().decode(KeyspaceSchema.self, from: bytes) {
            texts = ours.statements
        } else if let document = try? JSONDecoder().decode(JSONFragment.self, from: bytes) {
            texts = Self.strings(of: document)
        } else {
            texts = [String(decoding: bytes, as: UTF8.self)]
        }
        return CQLScript.ordered(
            texts.flatMap { CQLScript.statements(of: $0) }.filter { $0.kind != .other })
    }

    private static func strings(of value: JSONFragment) -> [String] {
        switch value {
        case .text(let text): [text]
        case .list(let list): list.flatMap(strings)
        case .object(let object):
            object.sorted { $0.key < $1.key }.flatMap { strings(of: $0.value) }
        case .null, .flag, .whole, .number: []
        }
    }
}
