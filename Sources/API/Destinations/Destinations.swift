import BackupModel
import Catalog
import FoundationEssentials
import JobQueue
import Postgres
import SCGI
import Sealing

/// `backups/destinations`: where backups are sent.
enum Destinations {
    static func list(_ call: Call) throws -> Response { try call.answer(read(call.request)) }

    /// The one statement that answers `list`.
    static func read(_ request: Request) -> ClusterRead {
        ClusterRead(.destinationList) { rows in try .text(rows[0].text(0)) }
    }

    static func show(_ call: Call) throws -> Response {
        let destination = call.argument("destination")
        if destination == DestinationID.onServer {
            return .text(#"{"provider":"server","path":""}"#)
        }
        return try call.inCluster { connection, id in
            .text(try settings(of: destination, in: id, connection))
        }
    }

    static func remove(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            try remove(call.argument("destination"), in: id, connection)
            return try .string(UUID().uuidString.lowercased())
        }
    }

    /// Takes one object or an array of them; each is added, changed or deleted.
    static func add(_ call: Call) throws -> Response {
        let objects: [Fields]
        switch try Fields.document(call.request.body) {
        case .object(let members): objects = [Fields(members: members)]
        case .list(let list):
            objects = try list.enumerated().map { index, element in
                guard case .object(let members) = element else {
                    throw APIError.invalid(
                        "[\(index)]: got \(element.kind), accepted is an object.")
                }
                return Fields(members: members, path: "[\(index)].")
            }
        default: throw APIError.invalid("The body must be an object or an array of objects.")
        }
        var elements: [String] = []
        for fields in objects { elements.append(try put(fields, call)) }
        return .text(
            #"{"destination":[\#(elements.joined(separator: ","))],"#
                + #""request_id":"\#(UUID().uuidString.lowercased())"}"#)
    }

    /// Adds or changes one; answers its element, `{id: {…}}`.
    private static func put(_ fields: Fields, _ call: Call) throws -> String {
        let givenID = try fields.text("id")
        let deletes = try fields.flag("delete_this") ?? false
        if deletes, let givenID {
            return try call.inCluster { connection, cluster in
                let json = try settings(of: givenID, in: cluster, connection)
                try remove(givenID, in: cluster, connection)
                return "{\(try quoted(givenID)):\(json)}"
            }
        }
        guard givenID != DestinationID.onServer else {
            throw APIError.invalid("id: OPSC_ON_SERVER is built in and cannot be changed.")
        }
        let (clusterID, stored, existing) = try call.inCluster { connection, cluster in
            let entry = try DestinationEntry(
                fields, stored: storedSecrets(of: givenID, in: cluster, call, connection))
            let existing = try connection.run(
                APIStatement.destinationAt, .text(cluster), .text(entry.locationKey)
            ).first?.text(0)
            try refuseNesting(entry, id: givenID ?? existing ?? "", in: cluster, connection)
            return (cluster, entry, existing)
        }
        if let existing, givenID != nil, existing != givenID {
            throw APIError.conflict("Destination \(existing) is the same place.")
        }
        let id = givenID ?? existing ?? newID()
        guard (1...200).contains(id.utf8.count), !id.contains("/"), !id.contains("\0") else {
            throw APIError.invalid("id: '\(id)' cannot be a destination's id.")
        }
        if existing == nil || givenID != nil {
            try DestinationTrial(call: call, clusterID: clusterID).run(
                stored.description(id: id))
        }
        return try call.inCluster { connection, cluster in
            let sealed =
                stored.secrets.isEmpty
                ? nil
                : try call.service.sealer.seal(
                    Array(JSONEncoder().encode(stored.secrets)),
                    for: SealingPlace.destination(cluster: cluster, id: id))
            try connection.run(
                APIStatement.destinationPut, .text(cluster), .text(id), .text(stored.provider),
                .text(stored.path), .text(stored.settings.encoded()), .bytes(sealed),
                .flag(deletes), .text(stored.locationKey))
            return "{\(try quoted(id)):\(try settings(of: id, in: cluster, connection))}"
        }
    }

    private static func settings(
        of destination: String, in cluster: String, _ connection: Connection
    ) throws -> String {
        guard
            let row = try connection.run(
                APIStatement.destinationShow, .text(cluster), .text(destination)
            ).first
        else {
            throw APIError.noSuch("Destination", "There is no destination '\(destination)'.")
        }
        return try row.text(0)
    }

    private static func remove(
        _ destination: String, in cluster: String, _ connection: Connection
    ) throws {
        guard destination != DestinationID.onServer else {
            throw APIError.invalid("OPSC_ON_SERVER is built in and cannot be deleted.")
        }
        let missing = APIError.noSuch(
            "Destination", "There is no destination '\(destination)'.")
        guard
            try connection.run(
                APIStatement.destinationLock, .text(cluster), .text(destination)
            ).count == 1
        else { throw missing }
        if let user = try connection.run(
            APIStatement.destinationInUse, .text(cluster), .text(destination)
        ).first {
            throw APIError.conflict(
                "Destination \(destination) is in use by \(try user.text(0)).")
        }
        let schedules = try connection.run(
            APIStatement.destinationSchedules, .text(cluster), .text(destination)
        ).map { try $0.text(0) }
        guard schedules.isEmpty else {
            throw APIError.conflict(
                "Destination \(destination) is in use by these schedules: "
                    + "\(schedules.joined(separator: ", ")).")
        }
        try connection.run(
            APIStatement.destinationRemove, .text(cluster), .text(destination))
    }

    private static func refuseNesting(
        _ entry: DestinationEntry, id: String, in cluster: String, _ connection: Connection
    ) throws {
        if let other = try connection.run(
            APIStatement.destinationNested, .text(cluster), .text(entry.locationKey), .text(id)
        ).first {
            throw APIError.invalid(
                "path: '\(entry.path)' and the destination at '\(try other.text(0))' lie in "
                    + "each other.")
        }
    }

    private static func storedSecrets(
        of id: String?, in cluster: String, _ call: Call, _ connection: Connection
    ) throws -> [String: String] {
        guard let id else { return [:] }
        let row = try connection.run(
            APIStatement.destinationSecrets, .text(cluster), .text(id)
        ).first
        return try call.service.sealer.secrets(
            ofDestination: id, in: cluster, row?.optionalBytes(0))
    }

    private static func newID() -> String {
        UUID().uuidString.lowercased().filter { $0 != "-" }
    }

    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
