import Postgres
package import SCGI

extension Response {
    /// JSON that the database made, as it came.
    package static func text(_ json: String, status: Int = 200) -> Response {
        .json(status: status, Array(json.utf8))
    }

    /// A bare JSON string: how a request id is answered.
    package static func string(_ text: String, status: Int = 200) throws -> Response {
        .json(status: status, Array(try JSONText.quoted(text).utf8))
    }
}
