import BackupModel
import Postgres
import SCGI

/// `POST backups/verify` (ours): looks whether a copy of a backup is still what it was.
enum VerifyBackup {
    /// Into how many parts `sample` divides the objects, unless the call says.
    private static let parts = 10.0

    static func verify(_ call: Call) throws -> Response {
        let fields = try call.body()
        guard let text = try fields.text("tag") else { throw APIError.invalid("tag: is missing.") }
        let tag = try BackupTag(text)
        let destination =
            try fields.text("destination").flatMap { $0.isEmpty ? nil : $0 }
            ?? DestinationID.onServer
        let modeText = try fields.text("mode") ?? VerifyMode.manifest.rawValue
        guard let mode = VerifyMode(rawValue: modeText) else {
            throw APIError.invalid(
                "mode: got '\(modeText)', accepted are manifest, sample and full.")
        }
        let parts = try fields.number("parts", minimum: 1) ?? parts
        guard parts <= 10_000 else {
            throw APIError.invalid("parts: got \(parts), accepted are 1 to 10000.")
        }
        return try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            try queue.checkCopy(of: tag, on: destination)
            let requestID = try queue.addRequest(
                type: "verify", tag: tag, keyspaces: [:], destinations: [destination])
            try queue.addJob(
                .verifyBackup, requestID: requestID,
                payload: VerifyBackupJob(
                    tag: tag, destinationID: destination, mode: mode, parts: Int(parts)))
            return try .string(requestID)
        }
    }
}
