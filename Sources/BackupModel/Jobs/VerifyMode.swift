/// How closely a copy of a backup is looked at.
package enum VerifyMode: String, Sendable, Codable, CaseIterable {
    /// Every object is there and has its size.
    case manifest
    /// Every object is there and has its size, and one part of them is read: another part each time.
    case sample
    /// Every byte is read and hashed.
    case full
}
