import BackupModel
import Postgres
import SCGI

/// `POST backups/run`: a backup now.
enum RunBackup {
    static func run(_ call: Call) throws -> Response {
        let fields = try call.body()
        let selection = try fields.selection()
        let destinations = try fields.transferOptions(
            deleteAll: call.service.settings.deletesAdhocDestinations)
        return try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            try queue.checkRun(destinations: destinations.keys, selection)
            return try .string(
                queue.beginBackup(
                    BackupPlan(
                        selection: selection,
                        destinations: destinations.filter { $0.key != DestinationID.onServer })))
        }
    }
}
