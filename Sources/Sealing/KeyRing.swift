import Crypto
import Synchronization

/// The keys of a key file, which is read again when it was replaced: a process that runs through a
/// rotation needs no restart.
final class KeyRing: Sendable {
    private let path: String
    private let file: Mutex<KeyFile>

    init(path: String) throws(SealingError) {
        self.path = path
        file = Mutex(try KeyFile(path))
    }

    /// The key that seals, by the file as it is at this moment.
    func newest() throws(SealingError) -> (id: String, key: SymmetricKey) {
        try file.withLock { file throws(SealingError) in
            if try FileVersion(of: path) != file.version { file = try KeyFile(path) }
            return file.keys[0]
        }
    }

    /// The key of that id. One that is not known may have come into the file since it was read.
    func key(_ id: String) throws(SealingError) -> SymmetricKey {
        try file.withLock { file throws(SealingError) in
            if let known = file.keys.first(where: { $0.id == id }) { return known.key }
            file = try KeyFile(path)
            guard let key = file.keys.first(where: { $0.id == id })?.key else {
                throw .unknownKey(id: id)
            }
            return key
        }
    }
}
