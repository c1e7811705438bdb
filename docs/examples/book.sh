#!/bin/sh
# Books a consultation and prints the two links. Needs curl alone.
#   RELAY_URL    where the relay is, such as https://relay.example
#   RELAY_TOKEN  a back end's token: `./relay token --server` makes one
set -eu
: "${RELAY_URL:?say where the relay is}" "${RELAY_TOKEN:?bring a token}"

ask() {
  curl --silent --show-error --fail-with-body --max-time 10 \
    --header "Authorization: Bearer $RELAY_TOKEN" --header 'Content-Type: application/json' "$@"
}
# field NAME: the first text of that name in the JSON that comes in.
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

booked=$(ask "$RELAY_URL/consult/v1/consultations" --data '{"minutes": 15, "phone": "020 7946 0000"}')
id=$(printf %s "$booked" | field id)
echo "consultation: $id"
printf '%s\n' "$booked" | tr ',{' '\n\n' | sed -n 's/.*"link" *: *"\([^"]*\)".*/link: \1/p'

# Somebody else is asked in, an interpreter say.
ask "$RELAY_URL/consult/v1/consultations/$id/links" --data '{"role": "guest", "name": "Interpreter"}' >/dev/null
echo "state: $(ask "$RELAY_URL/consult/v1/consultations/$id" | field state)"

# It did not come to pass: everybody is out, all links end, nothing is kept.
if [ "${RELAY_CANCEL:-}" = yes ]; then
  ask --request DELETE "$RELAY_URL/consult/v1/consultations/$id"
  echo "ended"
fi
