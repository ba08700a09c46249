/// Settings that cannot be used, with the key that is wrong.
struct SettingsError: Error, CustomStringConvertible {
    var message: String

    var description: String { message }
}
