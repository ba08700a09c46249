/// The body of `PUT /v1/operations/{id}`.
///
/// The same id with the same kind starts the operation once; every further `PUT` answers how it
/// stands (and raises the fence's epoch). `{id}` is chosen by the executor: 1 to 200 of
/// `A–Z a–z 0–9 _ - . :`.
package struct OperationOrder<Parameters: OperationParameters>: Codable, Sendable {
    package var kind: OperationKind
    package var fence: Fence
    /// The request on whose behalf this is, for logs; may be empty.
    package var requestID: String
    /// The `X-Request-ID` of the call that asked for that, for logs; `nil` where none did.
    package var trace: String?
    package var parameters: Parameters

    package init(fence: Fence, requestID: String, trace: String? = nil, parameters: Parameters) {
        self.kind = Parameters.kind
        self.fence = fence
        self.requestID = requestID
        self.trace = trace
        self.parameters = parameters
    }

    enum CodingKeys: String, CodingKey {
        case kind, fence, trace, parameters
        case requestID = "request_id"
    }
}
