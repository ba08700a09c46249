package import BackupModel

/// Look whether one host's part of a backup is still what its manifest says.
///
/// It succeeds whatever it finds; it fails only where it could not look.
package struct VerifyBackup: OperationParameters {
    package static let kind = OperationKind.verifyBackup

    /// Problems that are told one by one; more are counted only.
    package static let toldProblems = 100

    package var tag: BackupTag
    package var source: BackupSource
    package var mode: VerifyMode
    /// For `sample`: which part of the objects is read, from 0.
    package var part: Int
    /// For `sample`: into how many parts they are divided.
    package var parts: Int

    package init(tag: BackupTag, source: BackupSource, mode: VerifyMode, part: Int, parts: Int) {
        self.tag = tag
        self.source = source
        self.mode = mode
        self.part = part
        self.parts = parts
    }

    package struct Result: Codable, Sendable, Hashable {
        /// Files that were looked at.
        package var files: Int
        /// Bytes that were read and hashed.
        package var readBytes: Int64
        /// Files that were read and whose content nothing proves: OpsCenter's without digest.
        package var unverified: Int
        /// How many problems there are.
        package var problemCount: Int
        /// The first of them.
        package var problems: [FileProblem]

        package init(
            files: Int = 0, readBytes: Int64 = 0, unverified: Int = 0, problemCount: Int = 0,
            problems: [FileProblem] = []
        ) {
            self.files = files
            self.readBytes = readBytes
            self.unverified = unverified
            self.problemCount = problemCount
            self.problems = problems
        }
    }
}
