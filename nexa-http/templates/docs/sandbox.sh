# Wants two things that `nexa demo` prints: API=http://127.0.0.1:8080/v1 and KEY=nxk_test_…
set -eu
json() { tr ',{' '\n\n' | sed -n "s/^\"$1\":\"\([^\"]*\)\".*/\1/p" | tail -n 1; }

# What is on sale, and the way to pay with play money.
PLAN=$(curl -sS "$API/plans" | json plan_id)
METHOD=$(curl -sS "$API/methods" | tr '{' '\n' | grep '"kind":"sandbox"' | json method)

# A customer: an anonymous account, and its session.
TOKEN=$(curl -sS "$API/accounts" -H 'Content-Type: application/json' -d '{}' | json token)
my() { curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }

# An order. The same key again gives the same answer and no second order.
WISH="{\"purpose\":\"new\",\"method\":\"$METHOD\",\"plan_id\":\"$PLAN\"}"
ORDER=$(my "$API/orders" -H 'Idempotency-Key: walk-through-1' -d "$WISH")
my "$API/orders" -H 'Idempotency-Key: walk-through-1' -d "$WISH" -o /dev/null -D - | grep -i '^idempotent-replay'
ID=$(echo "$ORDER" | json order_id)

# Its payment page has one button; this is what the button sends.
PAGE=$(echo "$ORDER" | json redirect_url)
FORM=$(curl -sS "$PAGE")
part() { echo "$FORM" | sed -n "s/.*$1=\"\([^\"]*\)\".*/\1/p" | head -n 1; }
curl -sS -o /dev/null "${PAGE%/sandbox/*}$(part 'method="post" action')" \
  --data-urlencode "reference=$(part 'name="reference" value')" --data-urlencode "amount=$(part 'name="amount" value')" \
  --data-urlencode "currency=$(part 'name="currency" value')" --data-urlencode "sig=$(part 'name="sig" value')"

# Paid, and delivered within moments: to a server that leads nowhere.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  STATE=$(my "$API/orders/$ID" | json state)
  [ "$STATE" = fulfilled ] && break
  sleep 1
done
echo "order: $STATE"
echo "link: $(my "$API/subscriptions" | json link)"

# The operator sees it, with the test key.
curl -sS "$API/admin/orders/$ID" -H "Authorization: Bearer $KEY" | json state
