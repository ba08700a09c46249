import BackupModel
import FoundationEssentials
package import Logging
import Postgres
package import SCGI

/// Through which every error leaves: those that know their answer with it, all others as a
/// reference id, with everything in the log.
package struct ErrorDoor {
    private let logger: Logger

    package init(logger: Logger) {
        self.logger = logger
    }

    package func response(to error: any Error, trace: String) -> Response {
        switch error {
        case let error as APIError:
            return error.response
        case let error as InvalidName:
            return APIError.invalid("\(error)").response
        case let error as RequestError:
            return APIError(
                status: error.status,
                type: error.status == 413 ? "PayloadTooLarge" : "InvalidArguments",
                message: error.message
            ).response
        case let error as PostgresError where error.isConnectionLost:
            logger.error("database lost: \(error)", metadata: ["trace": "\(trace)"])
            return APIError.unavailable.response
        case let error as PostgresError where error.sqlstate == "HL001":
            return APIError.noSuch(
                "Destination", "There is no destination '\(error.message)'."
            ).response
        case let error as PostgresError where error.sqlstate == "HL002":
            return APIError.noSuch("Keyspace", "There is no keyspace '\(error.message)'.").response
        case let error as PostgresError where ["22P05", "22021"].contains(error.sqlstate):
            return APIError.invalid("A string holds a character that cannot be stored.").response
        default:
            let reference = UUID().uuidString.lowercased()
            logger.error(
                "internal error: \(error)",
                metadata: ["trace": "\(trace)", "reference": "\(reference)"])
            return APIError(
                status: 500, type: "InternalError",
                message: "Something went wrong; the log has it under \(reference)."
            ).response
        }
    }
}
