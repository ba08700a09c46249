import BackupModel
import Catalog
import Sealing

/// The body of a call that adds or changes a webhook, read leniently.
struct WebhookBody {
    /// As the alert rules have it, to which a daily backup is late after 26 hours.
    private static let lateGrace: Int64 = 7_200
    private static let mask = "********"

    let entry: WebhookEntry
    /// `nil` where none is given, or what stands for the one that is kept.
    let secret: WebhookSecret?

    init(_ fields: Fields) throws {
        entry = WebhookEntry(
            address: try Self.address(fields),
            description: String((try fields.text("description") ?? "").prefix(200)),
            events: try Self.events(fields),
            lateGrace: try fields.wholeNumber("late_grace_seconds", in: 0...31_536_000)
                ?? Self.lateGrace,
            isEnabled: try fields.flag("enabled") ?? true)
        secret = try Self.secret(fields)
    }

    private static func address(_ fields: Fields) throws -> WebhookAddress {
        guard let text = try fields.text("url"), !text.isEmpty else {
            throw APIError.invalid("url: is missing, accepted is \(WebhookAddress.accepted).")
        }
        guard let address = WebhookAddress(text) else {
            throw fields.refused("url", "'\(text.prefix(200))'", WebhookAddress.accepted)
        }
        return address
    }

    private static func events(_ fields: Fields) throws -> [WebhookEvent] {
        guard let names = try fields.texts("events") else { return WebhookEvent.allCases }
        let known = WebhookEvent.allCases.map(\.rawValue).joined(separator: ", ")
        guard !names.isEmpty else { throw fields.refused("events", "none", known) }
        let events = try names.map { name in
            guard let event = WebhookEvent(rawValue: name) else {
                throw fields.refused("events", "'\(name.prefix(200))'", known)
            }
            return event
        }
        return WebhookEvent.allCases.filter(events.contains)
    }

    /// Nothing of what was given is repeated: it may be a secret with a slip in it.
    private static func secret(_ fields: Fields) throws -> WebhookSecret? {
        guard let text = try fields.text("secret"), !text.isEmpty, text != mask else { return nil }
        guard let secret = WebhookSecret(text) else {
            throw fields.refused("secret", "something else", WebhookSecret.accepted)
        }
        return secret
    }
}
