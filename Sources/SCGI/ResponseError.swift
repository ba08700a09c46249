/// A response that would not be one response: a header with bytes that HTTP does not allow there.
package struct ResponseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable name of each cause.
    package enum Code: String, Sendable {
        /// The name is not a token, or it is one that the response sets itself.
        case badName
        /// The value holds a control character, such as CR or LF.
        case badValue
        /// The status is not between 200 and 599.
        case badStatus
    }

    package var code: Code
    /// The header's name, or the status.
    package var object: String

    package init(code: Code, object: String) {
        self.code = code
        self.object = object
    }

    package var description: String {
        switch code {
        case .badName: "\(code.rawValue): a response cannot have a header named '\(object)'."
        case .badValue: "\(code.rawValue): the value of '\(object)' has a control character."
        case .badStatus: "\(code.rawValue): there is no status \(object)."
        }
    }
}
