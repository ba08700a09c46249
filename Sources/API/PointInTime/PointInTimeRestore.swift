import BackupModel
import Catalog
import FoundationEssentials
import Postgres
import SCGI

/// `POST backups/pit_check` and `POST backups/pit/run`.
enum PointInTimeRestore {
    /// Says whether it can be done; changes nothing, whatever else the body holds.
    static func check(_ call: Call) throws -> Response {
        let question = try PointInTimeFields(call.body()).question()
        return try call.inCluster { connection, id in
            let finding = try find(question, in: id, connection)
            return .json(
                status: 200, Array(try JSONEncoder().encode(Answer(finding, of: question))))
        }
    }

    /// Puts it in the queue, after the same checks.
    static func run(_ call: Call) throws -> Response {
        let fields = PointInTimeFields(try call.body())
        let question = try fields.question()
        let restartPause = try fields.restartPause()
        return try call.inCluster { connection, id in
            let finding = try find(question, in: id, connection)
            let queue = Enqueueing(connection: connection, clusterID: id)
            let (tag, keyspaces) = (finding.snapshot.tag, question.selection.keyspaces)
            let requestID = try queue.addRequest(
                type: JobKind.pointInTime.rawValue, tag: tag, keyspaces: keyspaces,
                destinations: Set([question.destinationID, question.segmentsID]).sorted())
            let eventTime = try queue.addOnlyEvent(
                tag: tag, type: .pointInTimeRestore, destination: question.destinationID,
                requestID: requestID, keyspaces: keyspaces)
            try queue.addJob(
                .pointInTime, requestID: requestID,
                payload: PointInTimeJob(
                    tag: tag, eventTime: eventTime, pit: question.pit,
                    destinationID: question.destinationID, segmentsID: question.segmentsID,
                    selection: question.selection, restartPause: restartPause))
            return try .string(requestID)
        }
    }

    private static func find(
        _ question: PointInTimeQuestion, in id: String, _ connection: Connection
    ) throws -> PointInTimeFinding {
        try Enqueueing(connection: connection, clusterID: id).checkDestinations(
            [question.destinationID, question.segmentsID])
        do {
            return try PointInTimeCatalog(connection, clusterID: id).find(question)
        } catch let refusal as PointInTimeRefusal {
            throw APIError.invalid(refusal.message)
        }
    }

    private struct Answer: Encodable {
        var brief = "success"
        var type = "PointInTimeOK"
        var message: String
        var tag: BackupTag
        var pit: Int64
        /// Address → the end of the newest segment, in seconds since 1970.
        var nodes: [String: Double]

        init(_ finding: PointInTimeFinding, of question: PointInTimeQuestion) {
            tag = finding.snapshot.tag
            pit = question.pit
            message = "The snapshot \(tag) and the commitlogs after it reach this moment."
            let addresses = Dictionary(
                finding.nodes.map { ($0.hostID, $0.address) }, uniquingKeysWith: { $1 })
            nodes = finding.archives.reduce(into: [:]) { nodes, archive in
                if let address = addresses[archive.hostID] { nodes[address] = archive.newest }
            }
        }
    }
}
