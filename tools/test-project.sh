#!/bin/sh
# Runs one built test project; prints its own lines only when it fails. Its results land in $2/<name>.*
project=$1
results=$2
name=$(basename "$project" .csproj)
program=$(dirname "$project")/bin/Release/net10.0/$name.dll
began=$(date +%s)
code=0
# Most of what a test runs, it runs for seconds: to watch it first in order to compile it better does not pay.
export DOTNET_TieredPGO=0
# A third of the time goes into compiling at run time; pages never both writable and executable cost a tenth of that.
export DOTNET_EnableWriteXorExecute=0
# Compiled once more, and well, is what is called 256 times instead of 30.
export DOTNET_TC_CallCountThreshold=100
timeout -k 10 1800 dotnet "$program" -noLogo -noColor -xml "$results/$name.xml" >"$results/$name.log" 2>&1 </dev/null || code=$?
echo $code > "$results/$name.exit"
# Of the program and those that it has waited for: what the machine gave, however many shared it.
times > "$results/$name.times"
if [ $code = 0 ]; then
  echo "$name: passed in $(($(date +%s) - began)) s (processors: $(tail -n 1 "$results/$name.times"))"
else
  echo "$name: FAILED (exit code $code) after $(($(date +%s) - began)) s"
  grep -vE '^ *(Discover|Starting|Finished)' "$results/$name.log" | tail -n 120
fi
