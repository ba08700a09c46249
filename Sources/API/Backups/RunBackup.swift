import BackupModel
import Postgres
import SCGI

/// `POST backups/run`: a backup now. Request, events and job are there when it has answered.
enum RunBackup {
    static func run(_ call: Call) throws -> Response {
        let fields = try call.body()
        let selection = try fields.selection()
        let destinations = try fields.transferOptions(
            deleteAll: call.service.settings.deletesAdhocDestinations)
        let plan = BackupPlan(
            selection: selection,
            destinations: destinations.filter { $0.key != DestinationID.onServer })
        let json = try JSONValue(plan).encoded()
        return try .string(call.changeInCluster(.beginRun, .text(json))[0].text(0))
    }
}
