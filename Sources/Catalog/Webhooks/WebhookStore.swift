import BackupModel
package import Postgres
import Statements

/// The webhooks of one cluster. Every call is part of the caller's transaction.
package struct WebhookStore {
    private let connection: Connection
    private let clusterID: String

    package init(_ connection: Connection, clusterID: String) {
        self.connection = connection
        self.clusterID = clusterID
    }

    /// All webhooks, a JSON array.
    package func list() throws -> String {
        try connection.run(WebhookStatement.list, .text(clusterID))[0].text(0)
    }

    /// A webhook with its newest deliveries, a JSON object; `nil` where there is none of this id.
    package func show(_ id: String) throws -> String? {
        try connection.run(WebhookStatement.show, .text(clusterID), .text(id)).first?.text(0)
    }

    /// How many there are.
    package func count() throws -> Int64 {
        try connection.run(WebhookStatement.count, .text(clusterID))[0].number(0)
    }

    /// - Parameter secret: sealed for `SealingPlace.webhook` of this id.
    package func add(_ entry: WebhookEntry, as id: String, secret: [UInt8]) throws {
        try run(.add, entry, id, secret)
    }

    /// Changes a webhook; answers whether there is one of this id. One that is switched off is not
    /// told what it was still to be told.
    ///
    /// - Parameter secret: as for `add`; `nil` for the one that it has.
    package func put(_ entry: WebhookEntry, as id: String, secret: [UInt8]?) throws -> Bool {
        guard try run(.put, entry, id, secret).affected == 1 else { return false }
        if !entry.isEnabled {
            try connection.run(
                WebhookStatement.giveUp, .text(clusterID), .text(id),
                "The webhook was switched off.")
        }
        return true
    }

    /// Removes a webhook and its deliveries; answers whether there was one.
    package func remove(_ id: String) throws -> Bool {
        try connection.run(WebhookStatement.remove, .text(clusterID), .text(id)).affected == 1
    }

    /// Has a message sent that says nothing; answers its id, `nil` where the webhook is switched off
    /// or not there.
    package func test(_ id: String) throws -> String? {
        try connection.run(WebhookStatement.test, .text(clusterID), .text(id)).first?.text(0)
    }

    @discardableResult
    private func run(
        _ statement: WebhookStatement, _ entry: WebhookEntry, _ id: String, _ secret: [UInt8]?
    ) throws -> Rows {
        try connection.run(
            statement, .text(clusterID), .text(id), .text(entry.address.url),
            .text(entry.description), .array(entry.events.map(\.rawValue)),
            .number(entry.lateGrace), .flag(entry.isEnabled), .bytes(secret))
    }
}
