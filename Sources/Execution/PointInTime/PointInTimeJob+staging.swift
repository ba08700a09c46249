package import BackupModel
import Crypto
import FoundationEssentials

extension PointInTimeJob {
    /// What names the staging folders of this restore on the nodes: the same for the same restore
    /// asked for again, so that it goes on where an earlier attempt ended.
    ///
    /// - Parameter lastRestore: the id of the last restore that came to something: after it nothing
    ///   goes on.
    package func stagingID(cluster: String, lastRestore: String?) throws -> String {
        var same = self
        same.eventTime = 0
        same.restartPause = 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: Data("\(cluster)/\(lastRestore ?? "")".utf8))
        hash.update(data: try encoder.encode(same))
        let digits = Array("0123456789abcdef")
        return String(
            hash.finalize().prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
