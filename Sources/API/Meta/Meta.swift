import COpenAPI
import Catalog
import SCGI

/// What the API tells of itself.
enum Meta {
    /// `GET openapi.json`: every call, what it takes and what it answers. The file is
    /// `Sources/COpenAPI/openapi.json`.
    static func description(_ call: Call) throws -> Response {
        .text(String(cString: helenus_openapi()))
    }

    /// `GET meta/timezones`: the names that a schedule's `timezone` may have.
    static func timeZones(_ call: Call) throws -> Response {
        .text(try call.service.database.read(ScheduleStatement.zones)[0].text(0))
    }
}
