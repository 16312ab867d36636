#!/bin/sh
# Moves 2.50 from alice at the bank north to bob at the bank south, at both or at none, with nothing but curl.
# Run `./assent demo --keep` first. Usage: samples/curl/transfer.sh [payment]
# The URLs can be set: ASSENT (the coordinator), NORTH and SOUTH (the banks).
set -eu
assent=${ASSENT:-http://127.0.0.1:8080} north=${NORTH:-http://127.0.0.1:8081} south=${SOUTH:-http://127.0.0.1:8082}
payment=${1:-curl-$$-$(date +%s)}
replies=$(mktemp) # the headers of the banks' replies
gtrid=
trap 'rm -f "$replies"' EXIT

# --fail-with-body: a status of 400 or more prints the reply and ends the script (set -e), and so does no answer, in one line.
get() {
  url=$1
  shift
  curl --silent --fail-with-body --write-out "%{onerror}%{stderr}transfer.sh: $url: %{errormsg}\n" "$@" "$url"
}
post() {
  get "$@" --header 'Content-Type: application/json'
}
give_up() {
  [ -z "$gtrid" ] || post "$assent/v1/transactions/$gtrid/rollback" --data '{"reason":"the script gave up"}' ||
    echo "transfer.sh: $gtrid is not rolled back by this script, but by its deadline in 30 s" >&2
  rm -f "$replies"
}

# Somebody to move money between. Accounts that exist are left alone.
post "$north/accounts" --data '[{"id":"alice","balance":10000}]'
post "$south/accounts" --data '[{"id":"bob","balance":0}]'

# 1. Begin. The coordinator answers an id, and the header that takes the transaction along.
begun=$(post "$assent/v1/transactions" --data '{"timeoutMillis":30000,"labels":{"payment":"'"$payment"'"}}')
gtrid=$(printf '%s' "$begun" | sed 's/.*"gtrid":"\([^"]*\)".*/\1/')
context=$(printf '%s' "$begun" | sed 's/.*"context":"\([^"]*\)".*/\1/')
trap give_up EXIT
echo "transaction $gtrid"

# 2. Debit here, credit there. Each bank does the work, prepares it, and answers its branch in the header Assent-Branches.
post "$north/debits" --header "Assent-Context: $context" --dump-header "$replies" \
  --data '{"payment":"'"$payment"'","account":"alice","amount":250}'
debit=$(sed -n 's/^[Aa]ssent-[Bb]ranches: *//p' "$replies" | tr -d '\r')
post "$south/credits" --header "Assent-Context: $context" --dump-header "$replies" \
  --data '{"payment":"'"$payment"'","account":"bob","amount":250}'
credit=$(sed -n 's/^[Aa]ssent-[Bb]ranches: *//p' "$replies" | tr -d '\r')
echo

# 3. Enlist both branches, with the headers as they came.
post "$assent/v1/transactions/$gtrid/branches" --header "Assent-Branches: $debit" --data '' >/dev/null
post "$assent/v1/transactions/$gtrid/branches" --header "Assent-Branches: $credit" --data '' >/dev/null

# 4. Commit. A reply that is lost says nothing: repeat the same request, to any replica, until one answers.
trap 'rm -f "$replies"' EXIT
post "$assent/v1/transactions/$gtrid/commit" --retry 5 --retry-connrefused --data '{}' || {
  status=$?
  [ $status -eq 22 ] || # that is an answer, a refusal
    echo "transfer.sh: $gtrid may be committed or not; later, $assent/v1/transactions/$gtrid says which" >&2
  exit $status
}
echo

# 5. What became of it, with every branch.
get "$assent/v1/transactions/$gtrid"
echo
