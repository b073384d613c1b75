-- Asks wrk for one line of a file after another, each once; prints what benchmarks/load.py reads.
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  prefix, file, parts = args[1], args[2], tonumber(args[3])
  paths, at = {}, 0
  local number = 0
  for line in io.lines(file) do
    if number % parts == id then
      paths[#paths + 1] = wrk.format("GET", prefix .. line)
    end
    number = number + 1
  end
end

function request()
  at = at + 1
  return paths[(at - 1) % #paths + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
