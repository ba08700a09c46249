import FoundationEssentials

/// Asks the services that lend keys to instances and containers.
struct AWSCredentialService {
    /// They answer from the same host.
    private static let silence = Duration.seconds(5)
    private static let roles = "/latest/meta-data/iam/security-credentials/"

    let transport: any HTTPTransport

    /// The keys of a container's role.
    func container(
        _ url: String, _ authorization: String?, authorizationFile: String?
    ) async throws -> AWSCredentials {
        var fields: HTTPFields = [:]
        fields["Authorization"] = try authorizationFile.map(Self.token) ?? authorization
        return try Self.credentials(try await text(.get, url, fields))
    }

    /// The keys of an EC2 instance's role, by version 2 of its metadata service.
    func instance(_ endpoint: String) async throws -> AWSCredentials {
        let token = try await text(
            .put, "\(endpoint)/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "21600"])
        let fields: HTTPFields = ["X-aws-ec2-metadata-token": token]
        let role = try await text(.get, endpoint + Self.roles, fields)
            .split(whereSeparator: \.isNewline).first
        guard let role else { throw Self.failure("the instance has no role") }
        return try Self.credentials(
            try await text(
                .get, endpoint + Self.roles + PercentEncoding.encode(String(role)), fields))
    }

    private func text(
        _ method: HTTPRequest.Method, _ url: String, _ fields: HTTPFields
    ) async throws -> String {
        do {
            let response = try await transport.send(
                HTTPRequest(method, url, fields: fields, about: "", silence: Self.silence))
            let body = try await response.body.collect(upTo: 64 * 1_024, of: url)
            guard response.isSuccess else {
                throw Self.failure("\(HTTPFailure.host(of: url)) answers \(response.status)")
            }
            return String(decoding: body, as: UTF8.self)
        } catch let error as DestinationError where error.mayPass {
            throw Self.failure(error.message)
        }
    }

    private struct Answer: Decodable {
        var AccessKeyId: String
        var SecretAccessKey: String
        var Token: String
        var Expiration: String
    }

    private static func credentials(_ text: String) throws -> AWSCredentials {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        } catch {
            // The error may quote the answer, and that holds a secret.
            throw failure("its answer holds no keys")
        }
        guard let expires = HTTPDate.parse(answer.Expiration) else {
            throw failure("its keys end at no known time")
        }
        return AWSCredentials(
            accessKey: answer.AccessKeyId, secretKey: answer.SecretAccessKey,
            sessionToken: answer.Token, expires: expires)
    }

    private static func token(in file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw failure("cannot read the token file \(file)")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func failure(_ reason: String) -> DestinationError {
        DestinationError(
            code: .unreachable, object: "",
            message: "The destination has no access key, nor has the agent's environment, and "
                + "the service that lends keys to this machine gave none: \(reason)")
    }
}
