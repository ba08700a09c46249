import Destinations
import Testing

@Suite struct AzureEndpointTests {
    /// Where the blob `a b/c` of the container `box` of the account `acct` is.
    private func url(_ endpoint: String?) throws -> String {
        let endpoint = try AzureEndpoint(account: "acct", endpoint: endpoint)
        return endpoint.origin + endpoint.path(container: "box", blob: "a b/c")
    }

    @Test func `the account is the first part of Azure's own host`() throws {
        #expect(try url(nil) == "https://acct.blob.core.windows.net/box/a%20b/c")
        let endpoint = try AzureEndpoint(account: "acct", endpoint: nil)
        #expect(endpoint.path(container: "box") == "/box")
    }

    @Test(arguments: [
        "https://blob.core.chinacloudapi.cn", "https://acct.blob.core.chinacloudapi.cn",
        "HTTPS://Blob.Core.ChinaCloudAPI.cn/",
    ])
    func `the account is the first part of another cloud's host, given or not`(
        endpoint: String
    ) throws {
        #expect(try url(endpoint) == "https://acct.blob.core.chinacloudapi.cn/box/a%20b/c")
    }

    @Test(arguments: [
        ("http://127.0.0.1:10000", "http://127.0.0.1:10000/acct/box/a%20b/c"),
        ("http://127.0.0.1:10000/acct", "http://127.0.0.1:10000/acct/box/a%20b/c"),
        ("http://[::1]:10000/acct/", "http://[::1]:10000/acct/box/a%20b/c"),
        ("http://localhost:10000", "http://localhost:10000/acct/box/a%20b/c"),
        ("https://gate.example/azure", "https://gate.example/azure/acct/box/a%20b/c"),
        ("https://gate.example/azure/acct", "https://gate.example/azure/acct/box/a%20b/c"),
    ])
    func `with an address or a path the account stands in the path`(
        endpoint: String, expected: String
    ) throws {
        #expect(try url(endpoint) == expected)
    }

    @Test(arguments: [
        "", "blob.core.windows.net", "ftp://host", "https://", "https://host?sas=1",
        "https://user@host", "https://acct.blob.core.windows.net/box",
    ])
    func `what is no address of a blob service is refused`(endpoint: String) {
        let error = #expect(throws: DestinationError.self) { try url(endpoint) }
        #expect(error?.code == .misconfigured)
    }

    @Test(arguments: ["", "a/b", "a.b", "Acct", "acct\r\n"])
    func `what is no name of an account is refused`(account: String) {
        let error = #expect(throws: DestinationError.self) {
            try AzureEndpoint(account: account, endpoint: nil)
        }
        #expect(error?.code == .misconfigured)
    }
}
