#!/bin/sh
# Ten million mutated tokens through Marketplace.Jose: none may be accepted, none may throw.
# Its last lines are tokens=…, accepted=…, threw=…; the exit code is 1 unless the last two are 0. Arguments: count, seed.
cd "$(dirname "$0")/.." && exec dotnet run -c Release --project bench/Marketplace.Fuzz -- "${1:-10000000}" ${2:+"$2"}
