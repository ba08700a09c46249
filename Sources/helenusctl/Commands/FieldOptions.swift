import ArgumentParser

/// Fields of a destination, in the words of the API.
struct FieldOptions: ParsableArguments {
    static let explanation = """
        Fields are those of the API: path, region, access_key, endpoint, … Secret ones are read \
        from files, which nobody else may see: --secret access_secret=/root/secret
        """

    @Argument(help: "KEY=VALUE: a field of the destination.")
    var fields: [KeyValue] = []

    @Option(help: "KEY=FILE: a field whose value is the file's first line; may be given again.")
    var secret: [KeyValue] = []

    /// The entry with these fields added, or put in place of what it had.
    ///
    /// - Throws: what reading a file throws.
    func over(_ entry: [String: String]) throws -> [String: String] {
        var entry = entry
        for field in fields { entry[field.key] = field.value }
        for field in secret { entry[field.key] = try PasswordInput(file: field.value).line() }
        return entry
    }
}
