import API
import Testing

/// The description in OpenAPI tells of every route, and of nothing else.
@Suite struct DescriptionTests {
    private let paths: JSONValue

    init() throws { paths = try APIFixture(authenticates: true).get("/openapi.json")["paths"] }

    private static func name(_ route: Route) -> String {
        "\(route.method) /\(route.pattern.joined(separator: "/"))"
    }

    /// The operations by method and path.
    private var operations: [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        for path in paths.names {
            for method in paths[path].names where method != "parameters" {
                operations["\(method.uppercased()) \(path)"] = paths[path][method]
            }
        }
        return operations
    }

    @Test func `every route is described, and every operation has a route`() {
        let routes = Set(Routes.all.map(Self.name))
        #expect(routes.subtracting(operations.keys) == [])
        #expect(Set(operations.keys).subtracting(routes) == [])
    }

    @Test func `every operation names the role that its route takes, and how to show it`() {
        for route in Routes.all {
            let operation = operations[Self.name(route)] ?? .null
            let (role, security): (String, JSONValue) =
                switch route.least {
                case .nobody: ("nobody", .list([]))
                case .agent: ("agent", .list([.object(["agent": .list([])])]))
                case .account: ("account", .null)
                case .role(let role): (role.rawValue, .null)
                case .viewerOfAll: ("viewer of all clusters", .null)
                case .adminOfAll: ("admin of all clusters", .null)
                }
            #expect(operation["x-helenus-role"] == .text(role), "\(Self.name(route))")
            #expect(operation["security"] == security, "\(Self.name(route))")
        }
    }

    @Test func `every varying part of a path is described`() {
        for path in paths.names {
            let varying = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                JSONValue.text("#/components/parameters/\($0.dropFirst().dropLast())")
            }
            #expect(paths[path]["parameters"].list.map { $0["$ref"] } == varying, "\(path)")
        }
    }

    @Test func `no two operations have one id`() {
        let ids = operations.values.map { $0["operationId"] }
        #expect(Set(ids).count == ids.count && !ids.contains(.null))
    }
}
