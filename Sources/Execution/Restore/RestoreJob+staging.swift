package import BackupModel
import Crypto
import FoundationEssentials

extension RestoreJob {
    /// What names the staging folders of this restore on the nodes: the same for the same restore
    /// asked for again, so that it goes on where an earlier attempt ended.
    ///
    /// - Parameter requestID: a drill has names of its own each time.
    package func stagingID(cluster: String, requestID: String?) throws -> String {
        var same = self
        same.eventTime = 0
        same.force = false
        same.forceSchema = false
        same.throttle = nil
        same.restartPause = 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: Data(cluster.utf8))
        hash.update(data: try encoder.encode(same))
        if isDrill { hash.update(data: Data((requestID ?? "").utf8)) }
        let digits = Array("0123456789abcdef")
        return String(
            hash.finalize().prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
