-- Asks one call of all clusters in turns, for wrk: METHOD TOKEN PATH CLUSTERS [BODY]. In PATH `%d`
-- stands for the cluster's number. Ends with a line that api/load.py reads.

local requests, position = {}, 0

function init(arguments)
    local headers = { Authorization = "Bearer " .. arguments[2] }
    local body = arguments[5]
    if body then headers["Content-Type"] = "application/json" end
    for number = 1, tonumber(arguments[4]) do
        local path = string.gsub(arguments[3], "%%d", tostring(number))
        requests[number] = wrk.format(arguments[1], path, headers, body)
    end
end

function request()
    position = position % #requests + 1
    return requests[position]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "measured %d %d %d %d %d\n", summary.requests, summary.duration,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
