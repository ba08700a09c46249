import BackupModel
import Postgres
import SCGI

/// `POST backups/run`: a backup now. Request, events and job are there when it has answered.
enum RunBackup {
    static func change(_ request: Request, _ settings: APISettings) throws -> ClusterChange {
        let fields = try Fields.body(request.body)
        let selection = try fields.selection()
        let destinations = try fields.transferOptions(
            deleteAll: settings.deletesAdhocDestinations)
        let plan = BackupPlan(
            selection: selection,
            destinations: destinations.filter { $0.key != DestinationID.onServer })
        let json = try JSONValue(plan).encoded()
        return ClusterChange(.beginRun, [.text(json)]) { try .string($0[0].text(0)) }
    }
}
