import BackupModel

/// Has an agent try a destination before it is stored, and waits for what it finds.
struct DestinationTrial {
    private let answer: JobAnswer

    init(call: Call, clusterID: String) {
        answer = JobAnswer(call: call, clusterID: clusterID)
    }

    /// - Throws: 400 with the provider's own reason; 503 where too many workers wait already; 504
    ///   where no agent answered in time.
    func run(_ destination: DestinationDescription) throws {
        let verdict = try answer.of(
            .validateDestination, .sealed(ValidateDestinationJob(destination: destination)),
            as: ValidateDestinationJob.Verdict.self)
        if let problem = verdict.problem { throw APIError.invalid(problem) }
    }
}
