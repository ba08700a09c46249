package import Postgres
package import Sealing
import Statements

/// Seals anew, under the newest key, whatever is sealed under another one.
///
/// It goes through the database in batches, each a transaction of its own, and waits for nobody: a
/// value that somebody changes meanwhile they have sealed themselves. Killed, it goes on where it
/// was when it is run again, because what is done is not found any more.
package struct SecretRotation {
    private let connection: Connection
    private let sealer: Sealer
    private let batchSize: Int

    /// - Parameter connection: as the schema's owner, in no transaction.
    package init(_ connection: Connection, sealer: Sealer, batchSize: Int = 200) {
        self.connection = connection
        self.sealer = sealer
        self.batchSize = batchSize
    }

    /// What a rotation did.
    package struct Report: Sendable, Hashable {
        /// How many values were sealed anew.
        package var sealed: Int
        /// What cannot be opened, with the reason.
        package var refused: [String]

        package init(sealed: Int = 0, refused: [String] = []) {
            self.sealed = sealed
            self.refused = refused
        }
    }

    /// - Parameter progress: is told, after each batch, how many values were sealed anew so far.
    package func run(progress: (Int) throws -> Void = { _ in }) throws -> Report {
        var report = Report()
        // What was sealed in the moment when the key came may be found only the second time.
        while try pass(&report, progress) > 0 {}
        return report
    }

    /// How many values each key seals, by its id; `""` for what is not sealed at all.
    package func keysInUse() throws -> [String: Int] {
        try connection.transaction(permitting: .all) { connection in
            try Dictionary(
                uniqueKeysWithValues: connection.run(SealingStatement.keys).map {
                    (try $0.text(0), Int(try $0.number(1)))
                })
        }
    }

    /// Goes through the database once; answers how many values it sealed anew.
    private func pass(_ report: inout Report, _ progress: (Int) throws -> Void) throws -> Int {
        let before = report.sealed
        report.refused = []
        var last: SealedValue?
        repeat {
            last = try batch(after: last, &report)
            try progress(report.sealed)
        } while last != nil
        return report.sealed - before
    }

    /// Seals a batch anew; answers the last value of it, `nil` where there was none.
    private func batch(after last: SealedValue?, _ report: inout Report) throws -> SealedValue? {
        let key = try sealer.newestKeyID
        return try connection.transaction(permitting: .all) { connection in
            let values = try connection.run(
                SealingStatement.batch, .text(key), .text(last?.place.rawValue ?? ""),
                .text(last?.clusterID ?? ""), .text(last?.id ?? ""), .number(batchSize)
            ).map { try SealedValue($0) }
            for value in values {
                do {
                    let plain = try sealer.unseal(value.sealed, for: value.context)
                    let new = try sealer.seal(plain, for: value.context)
                    if try value.replace(with: new, connection) { report.sealed += 1 }
                } catch let error as SealingError {
                    report.refused.append("\(value.context): \(error)")
                }
            }
            return values.last
        }
    }
}
