/// What goes wrong on one connection through a `FaultProxy`.
enum Fault: Sendable, Hashable {
    /// The connection is reset when so many bytes have gone up.
    case reset(afterUp: Int)
    /// The connection is reset when so many bytes have come down.
    case resetDown(afterDown: Int)
    /// Nothing passes either way any more when so many bytes have gone up.
    case silence(afterUp: Int)
    /// One bit is turned over in the byte at this place of what comes down.
    case damage(atDown: Int)
    /// The first request is answered with this status and body and goes nowhere.
    case answer(status: Int, fields: [String] = [], body: String)

    /// The answer of a store that is asked too much.
    static let slowDown = Fault.answer(
        status: 503, fields: ["Content-Type: application/xml"],
        body: "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>")

    /// The answer of a store that has an accident.
    static let internalError = Fault.answer(
        status: 500, fields: ["Content-Type: application/xml"],
        body: "<Error><Code>InternalError</Code><Message>Try again.</Message></Error>")
}
