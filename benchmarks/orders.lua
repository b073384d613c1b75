-- Asks wrk for one prepared request after another, each once: a line is path, headers and body between tabs.
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  local file, parts = args[1], tonumber(args[2])
  requests, at = {}, 0
  local number = 0
  for line in io.lines(file) do
    if number % parts == id then
      local path, caller, key, version, body = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.*)$")
      local headers = {["Content-Type"] = "application/fhir+json", ["Authorization"] = "Bearer dev:" .. caller}
      if key ~= "" then headers["Idempotency-Key"] = key end
      if version ~= "" then headers["If-Match"] = 'W/"' .. version .. '"' end
      requests[#requests + 1] = wrk.format("POST", path, headers, body)
    end
    number = number + 1
  end
end

function request()
  at = at + 1
  return requests[(at - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
