-- Sends each line of the file ASSERTIONS once, from line OFFSET on.
local lines = io.lines(os.getenv("ASSERTIONS"))
for _ = 1, tonumber(os.getenv("OFFSET") or "0") do lines() end
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local before = "grant_type=client_credentials&scope=createPayment%20getPayment"
  .. "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
function request()
  return wrk.format("POST", nil, headers, before .. lines())
end
