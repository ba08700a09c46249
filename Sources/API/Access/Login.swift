import Catalog
import FoundationEssentials
import Postgres
import SCGI
import Sealing
import Statements

/// `login` and `logout`: sessions.
enum Login {
    /// Answers `{"sessionid": …}`. The name and the password come as JSON, as a form, or in the
    /// query, which nginx keeps out of its log.
    static func login(_ call: Call) throws -> Response {
        let (name, password) = try nameAndPassword(call.request)
        let identity: Identity
        do {
            identity = try call.service.authenticator.caller(
                name: name, password: password, address: call.request.remoteAddress
            ).identity
        } catch var error as APIError {
            // No challenge: a browser would ask for a password of its own.
            error.challenge = nil
            throw error
        }
        // 128 random bits in the form that clients know.
        let session = SecretToken(String(SecretToken.random().text.prefix(32)))
        if call.service.settings.authenticates {
            try call.service.database.transaction(permitting: .all) { connection in
                try connection.run(AccessStatement.forgetExpired)
                try connection.run(
                    AccessStatement.sessionAdd, .bytes(session.hash), .text(identity.name),
                    .number(call.service.settings.sessionSeconds))
                try call.audit.note(connection, clusterID: nil, status: 200, actor: identity.name)
            }
        }
        var response = Response.text(#"{"sessionid":"\#(session.text)"}"#)
        let age = call.service.settings.sessionSeconds
        response.headers.append(("Set-Cookie", cookie(session.text, call.request, age: age)))
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }

    /// Ends the session that the request shows, if any; answers `{}` in any case.
    static func logout(_ call: Call) throws -> Response {
        if let session = Credentials.session(call.request) {
            try call.service.database.transaction(permitting: .all) { connection in
                let ended = try connection.run(
                    AccessStatement.sessionEnd, .bytes(SecretToken(session).hash))
                if let name = ended.first?.optionalText(0) {
                    try call.audit.note(connection, clusterID: nil, status: 200, actor: name)
                }
            }
        }
        var response = Response.text("{}")
        response.headers.append(("Set-Cookie", cookie("", call.request, age: 0)))
        return response
    }

    private static func nameAndPassword(_ request: Request) throws -> (String, String) {
        let name: String?
        let password: String?
        let first = request.body.first { !JSONText.isSpace($0) }
        if request.method == "GET" {
            (name, password) = (request.query["username"], request.query["password"])
        } else if first == UInt8(ascii: "{") {
            let fields = try Fields.body(request.body)
            (name, password) = (try fields.text("username"), try fields.text("password"))
        } else {
            let form = try request.form()
            (name, password) = (form["username"], form["password"])
        }
        guard let name, let password else {
            throw APIError.invalid("username, password: are missing.")
        }
        return (name, password)
    }

    /// Not for scripts of a page, and not sent along by other sites.
    private static func cookie(_ session: String, _ request: Request, age: Int) -> String {
        let isSecure = request.headers.variable("REQUEST_SCHEME") == "https"
        return "TWISTED_SESSION=\(session); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}
