import ArgumentParser

/// `KEY=VALUE`, as an operator types it.
struct KeyValue: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
            return nil
        }
        key = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }
}
