-- Sends the requests of a file (one a line: METHOD path, and the encoding taken, if any) over and over, and prints one line of JSON.
-- Arguments: the file, and `check` to look into each response.
local requests, sent, refused = {}, 0, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, encoding = line:match('^(%S+) (%S+) ?(%S*)$')
    local headers = {}
    if encoding ~= '' then headers['Accept-Encoding'] = encoding end
    requests[#requests + 1] = wrk.format(method, path, headers)
  end
  if arguments[2] == 'check' then response = check end
end

function setup(thread)
  worker = thread
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

function check(status, headers, body)
  if status ~= 200 or not body:find('"status_code":0', 1, true) then
    refused = refused + 1
    if refused == 1 then example = status .. ' ' .. body:sub(1, 300) end
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '\n{"requests":%d,"us":%d,"p50":%d,"p99":%d,"failed":%d,"refused":%d}\n%s',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status,
    worker:get('refused') or 0, worker:get('example') or ''
  ))
end
